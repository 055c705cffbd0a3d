/** A new bucket: its line in index.ts, which monitoring and outputs find by themselves. */
import { bucket } from "./declarations.ts";
import { checkName } from "./names.ts";
import type { FilePlan } from "./plan.ts";
import type { ProgramFile } from "./program-file.ts";

export function planBucket(program: ProgramFile, name: string): FilePlan[] {
  checkName("bucket", name, program);
  program.addImport("Bucket", "bucket.ts");
  program.addData("Bucket", bucket(name));
  return [{ file: "index.ts", text: program.text, state: "changed" }];
}
