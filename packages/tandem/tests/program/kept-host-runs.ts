/**
 * What the SDK's language host registers for the small programs of as-deployed.test.ts, each kept with all that it depends on:
 * the program's files, the host's own and the versions of what runs it. A second of processor time each, and more than thirty of them. Where any of
 * that is another the language host itself is asked, and UPDATE_EXPECTED=1 keeps its answer.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { writeByRename } from "../../shared/write-by-rename.ts";
import { modules } from "./fixtures.ts";
import type { HostRun } from "./language-host.ts";

const file = path.join(import.meta.dirname, "kept-host-runs.json");

interface Kept {
  of: string;
  run: HostRun;
}

const host = readFileSync(path.join(import.meta.dirname, "language-host.ts"), "utf8");
const versions = ["@pulumi/pulumi", "@pulumi/aws", "typescript"].map(
  (name) => JSON.parse(readFileSync(path.join(modules, name, "package.json"), "utf8")).version as string,
);

/** @param name of the test @param program all that decides what `ask` answers */
export async function keptHostRun(
  name: string,
  program: object,
  ask: () => Promise<HostRun>,
): Promise<HostRun> {
  const of = createHash("sha256")
    .update(JSON.stringify([program, host, versions, process.version]))
    .digest("hex");
  const kept = readKept();
  if (kept[name]?.of === of) return kept[name].run;
  const { failure, ...run } = await ask();
  // Its words name folders of this machine.
  const answer = failure === undefined ? run : { ...run, failure: "fails" };
  if (process.env.UPDATE_EXPECTED)
    writeByRename(file, `${JSON.stringify({ ...kept, [name]: { of, run: answer } }, undefined, 2)}\n`);
  return failure === undefined ? run : { ...run, failure };
}

function readKept(): Record<string, Kept | undefined> {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}
