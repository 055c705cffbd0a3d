import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LocalIssuer } from "../../../../local/gateway/issuer/issuer.ts";
import { UserError } from "../../../../shared/user-error.js";

describe("LocalIssuer", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "issuer-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("keeps its key between starts, for this user alone", async () => {
    const first = await LocalIssuer.open(folder);
    const second = await LocalIssuer.open(folder);
    assert.deepEqual(second.publicKeys, first.publicKeys);
    assert.deepEqual(readdirSync(folder), ["private-key.json"]);
    assert.equal(statSync(path.join(folder, "private-key.json")).mode & 0o777, 0o600);
  });

  it("gives nothing of the private key away", async () => {
    const [key] = (await LocalIssuer.open(folder)).publicKeys.keys;
    assert.deepEqual(Object.keys(key ?? {}).sort(), ["alg", "e", "kid", "kty", "n", "use"]);
  });

  it("is one issuer when two processes open the folder in the same instant", async () => {
    const [a, b] = await Promise.all([LocalIssuer.open(folder), LocalIssuer.open(folder)]);
    assert.deepEqual(a.publicKeys, b.publicKeys);
  });

  it("says which file to delete when the key is damaged", async () => {
    for (const content of ["", "{", "null", "{}", '{"kty":"RSA"}']) {
      writeFileSync(path.join(folder, "private-key.json"), content);
      await assert.rejects(LocalIssuer.open(folder), (error: Error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, /private-key\.json holds no private key\. Delete it/);
        return true;
      });
    }
  });
});
