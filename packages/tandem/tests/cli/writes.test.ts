import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";

/** Files of ours that call a plain write, and why nobody can see half of what they write. */
const reasons: Record<string, string> = {
  "packages/tandem/shared/write-by-rename.ts": "writes beside the file, then renames",
  "packages/tandem/local/gateway/issuer/issuer.ts":
    "writes beside the file, then links: of two makers one wins",
  "packages/tandem/local/iam/salt.ts": "writes beside the file, then links: of two makers one wins",
  "packages/tandem/local/secrets-and-parameters/kept-values.ts":
    "writes beside and renames, with a mode of its own",
  "packages/tandem/shared/when-alone.js":
    "the lock is written beside and linked; runs before any package is there",
  "packages/tandem/cli/commands/bucket.ts":
    "writes beside the file, then renames: an object may be too large for memory",
  "packages/tandem/cli/tests/failed-files.ts": "a list for one run of the tests, written line by line",
  "packages/tandem/local/dynamodb/rebuild.ts": "writes *.part, then renames: too large for one string",
  "packages/tandem/local/state-machines/under-way.ts":
    "a file an execution, kept while it runs: one cut short is named cut short",
  "packages/tandem/local/workers/runtime/cached-module.cjs":
    "writes beside the file, then renames: plain code inside a worker",
  "packages/tandem/local/workers/unpack.ts": "copies layers into a folder beside, which is renamed",
  "packages/tandem/local/workers/unzip.ts": "into a folder that is renamed when it is whole",
  "packages/tandem/local/workers/write-entries.ts": "into a folder that is renamed when it is whole",
  "packages/tandem/scaffold/pack-tool.ts": "the packed tool, copied into a folder that is being made",
  "packages/tandem/review/revision/shared-packages.ts":
    "into a folder of the review's own, made for one revision",
  "packages/tandem/operations/engine/cloud/store.ts":
    "what a cloud of ours holds, kept for one run of the engine",
  "packages/tandem/operations/engine/engine.ts": "into folders made for one run of the engine",
  "packages/tandem/operations/rehearse/engine-run.ts": "into a copy of the project, made for one rehearsal",
};

const WRITES =
  /\b(writeFile|writeFileSync|createWriteStream|appendFile|appendFileSync|copyFileSync|cpSync)\(/;

describe("files that commands write", () => {
  it("are written by rename, all but those with a reason", () => {
    // bench/ writes only below temporary folders.
    const sources = globSync(
      "packages/tandem/{cli,local,review,program,policies,scaffold,operations,shared}/**/*.{ts,js,cjs,mjs}",
    );
    assert.ok(sources.includes("packages/tandem/shared/write-by-rename.ts"));
    const plain = sources.filter((file) => WRITES.test(readFileSync(file, "utf8")));
    assert.deepEqual(plain.sort(), Object.keys(reasons).sort());
  });
});
