import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { credentialsOf, currentSalt, operatorCredentials, useSalt } from "../../../local/iam/credentials.ts";
import { useKeysOf } from "../../../local/iam/salt.ts";

describe("useKeysOf", () => {
  const before = currentSalt();
  const folders: string[] = [];
  const folder = () => {
    const made = mkdtempSync(path.join(tmpdir(), "tandem-salt-"));
    folders.push(made);
    return made;
  };
  const keys = () => ({ ...operatorCredentials, role: credentialsOf("arn:aws:iam::123456789012:role/r") });

  afterEach(() => {
    useSalt(before);
    for (const made of folders.splice(0)) rmSync(made, { recursive: true });
  });

  it("gives each project folder keys of its own, the same at every start", () => {
    const [one, other] = [folder(), folder()];
    useKeysOf(one);
    const first = keys();
    useKeysOf(other);
    const second = keys();
    assert.notEqual(first.secretAccessKey, second.secretAccessKey);
    assert.notEqual(first.role.sessionToken, second.role.sessionToken);
    assert.equal(first.accessKeyId, second.accessKeyId);
    useKeysOf(one);
    assert.deepEqual(keys(), first);
  });

  it("keeps the salt from everybody else, also one that was open before", () => {
    const own = folder();
    useKeysOf(own);
    const salt = path.join(own, ".local/salt");
    assert.match(readFileSync(salt, "utf8"), /^[\w-]{43}$/);
    rmSync(salt);
    writeFileSync(salt, "a".repeat(43), { mode: 0o644 });
    useKeysOf(own);
    assert.equal((statSync(salt).mode & 0o777).toString(8), "600");
  });

  it("refuses a damaged salt, with what to do", () => {
    const own = folder();
    useKeysOf(own);
    const salt = path.join(own, ".local/salt");
    writeFileSync(salt, "");
    assert.throws(() => useKeysOf(own), {
      name: "UserError",
      message: `${salt} is damaged. Delete it: a new one is made at the next start.`,
    });
  });
});
