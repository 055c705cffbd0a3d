/**
 * The schema of a recording, for one that was kept or comes from elsewhere. What `record` gives needs no such check: it is not read
 * where the tool starts.
 */
import * as z from "zod/mini";
import { UserError } from "../shared/user-error.js";
import { RECORDING_VERSION, type Recording, type Special, type Value } from "./recording.ts";

const value: z.ZodMiniType<Value> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(value), special, plain]),
);
const values = z.record(z.string(), value);

const special: z.ZodMiniType<Special> = z.lazy(() =>
  z.discriminatedUnion("$", [
    z.object({ $: z.literal("secret"), value }),
    z.object({ $: z.literal("unknown") }),
    z.object({
      $: z.literal("asset"),
      text: z.exactOptional(z.string()),
      path: z.exactOptional(z.string()),
      uri: z.exactOptional(z.string()),
    }),
    z.object({
      $: z.literal("archive"),
      assets: z.exactOptional(values),
      path: z.exactOptional(z.string()),
      uri: z.exactOptional(z.string()),
    }),
    z.object({ $: z.literal("resource"), urn: z.string(), id: z.exactOptional(z.string()) }),
  ]),
);

/** An object of the program's; with a mark of ours it has to be what is marked. */
const MARKS: ReadonlySet<unknown> = new Set<Special["$"]>([
  "secret",
  "unknown",
  "asset",
  "archive",
  "resource",
]);
const plain = values.check(z.refine(({ $: mark }) => !MARKS.has(mark)));

const resource = z.object({
  urn: z.string(),
  type: z.string(),
  name: z.string(),
  parent: z.exactOptional(z.string()),
  custom: z.boolean(),
  remote: z.boolean(),
  read: z.boolean(),
  inputs: values,
  outputs: values,
  id: z.exactOptional(z.string()),
  protect: z.boolean(),
  retainOnDelete: z.boolean(),
  dependencies: z.array(z.string()),
  propertyDependencies: z.record(z.string(), z.array(z.string())),
  aliases: z.array(z.string()),
  ignoreChanges: z.array(z.string()),
  deleteBeforeReplace: z.exactOptional(z.boolean()),
  replaceOnChanges: z.exactOptional(z.array(z.string())),
  deletedWith: z.exactOptional(z.string()),
  customTimeouts: z.exactOptional(z.record(z.string(), z.string())),
  provider: z.exactOptional(z.string()),
  hooks: z.exactOptional(z.array(z.string())),
});

const build = z.object({
  entry: z.string(),
  hash: z.string(),
  inputs: z.array(z.string()),
  packages: z.array(z.string()),
  bytes: z.number(),
  options: z.record(z.string(), z.unknown()),
  plugins: z.exactOptional(z.array(z.string())),
});

const diagnostic = z.object({
  severity: z.enum(["debug", "info", "warning", "error"]),
  message: z.string(),
  urn: z.exactOptional(z.string()),
});

const recording = z.object({
  version: z.literal(RECORDING_VERSION),
  project: z.string(),
  stack: z.string(),
  cwd: z.string(),
  config: values,
  resources: z.array(resource),
  outputs: values,
  builds: z.array(build),
  sources: z.array(z.string()),
  diagnostics: z.array(diagnostic),
});

/** Both ways, so that neither the type nor the schema gets a property that the other lacks. */
type Same<A, B> = [A, B] extends [B, A] ? (keyof A extends keyof B ? true : never) : never;
true satisfies Same<Recording, z.infer<typeof recording>>;
true satisfies Same<Recording["resources"][number], z.infer<typeof resource>>;
true satisfies Same<Recording["builds"][number], z.infer<typeof build>>;

/** As JSON Schema. */
export function recordingSchema(): object {
  return z.toJSONSchema(recording);
}

/** A recording that was kept as JSON. @throws UserError that says what of it is none */
export function readRecording(json: unknown): Recording {
  const version = typeof json === "object" && json !== null && "version" in json ? json.version : undefined;
  if (version !== RECORDING_VERSION)
    throw new UserError(
      `The recording has ${version === undefined ? "no version" : `version ${JSON.stringify(version)}`}; version ${RECORDING_VERSION} is read here. Record the program anew.`,
    );
  const read = recording.safeParse(json);
  if (read.success) return read.data;
  const mistakes = read.error.issues.map(({ path, message }) => `  ${path.join(".") || "it"}: ${message}`);
  throw new UserError(`This is no recording of version ${RECORDING_VERSION}:\n${mistakes.join("\n")}`);
}
