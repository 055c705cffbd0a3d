/**
 * What other programs may call: the recording of a Pulumi program, its local run, its difference to another commit, the
 * rules, the bill. The command line of this package (`tandem`) is made of the same.
 */

export type { CollectionSeed, Seed, TableSeed } from "./local/seed/seed.ts";
export { type LocalProgram, type StartOptions, startLocal } from "./local/start-local.ts";
export {
  type HttpResponse,
  type ProgramUnderTest,
  programUnderTest,
  type UnderTestOptions,
} from "./local/under-test.ts";
export { type CheckOptions, check, type Verdict, type Violation } from "./policies/check.ts";
export type { Waiver } from "./policies/waivers.ts";
export { recordProgram as record } from "./program/record-program.ts";
export type { RecordedResource, Recording, Value, Values } from "./program/recording.ts";
export { readRecording, recordingSchema } from "./program/recording-schema.ts";
export type { Report } from "./review/report/report.ts";
export {
  compareRevisions as diff,
  type DiffOptions,
} from "./review/revision/compare-revisions.ts";
export { UserError } from "./shared/user-error.js";
