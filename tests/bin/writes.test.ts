import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";

/** Files of ours that call a plain write, and why nobody can see half of what they write. */
const reasons: Record<string, string> = {
  "local/write-by-rename.ts": "writes beside the file, then renames",
  "local/gateway/issuer.ts": "writes beside the file, then links: of two makers one wins",
  "local/iam/salt.ts": "writes beside the file, then links: of two makers one wins",
  "local/state-folder.ts": "run.json is written beside and linked: of two runs one wins",
  "bin/install.js": "the lock is written beside and linked; runs before any package is there",
  "local/dynamodb/rebuild.ts": "writes *.part, then renames: too large for one string",
  "local/workers/runtime/cached-module.cjs":
    "writes beside the file, then renames: plain code inside a worker",
  "local/workers/unzip.ts": "into a folder that is renamed when it is whole",
  "local/workers/write-entries.ts": "into a folder that is renamed when it is whole",
  "infra/bundle-cache.ts": "writes beside the file, then renames: infra/ is deployed without local/",
  "review/revision/dependencies.ts": "into a folder of the review's own, made for one revision",
  "scaffold/service.ts": "into a folder that was empty: a half service is deleted and made again",
  "operations/rehearse/engine-run.ts": "into a copy of the project, made for one rehearsal",
};

const WRITES =
  /\b(writeFile|writeFileSync|createWriteStream|appendFile|appendFileSync|copyFileSync|cpSync)\(/;

describe("files that commands write", () => {
  it("are written by rename, all but those with a reason", () => {
    // bench/ writes only below temporary folders.
    const sources = globSync(
      "{bin,local,review,program,policies,scaffold,operations,infra,functions}/**/*.{ts,js,cjs,mjs}",
    );
    assert.ok(sources.includes("local/write-by-rename.ts"));
    const plain = sources.filter((file) => WRITES.test(readFileSync(file, "utf8")));
    assert.deepEqual(plain.sort(), Object.keys(reasons).sort());
  });
});
