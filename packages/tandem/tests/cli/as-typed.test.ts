import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { asTyped } from "../../cli/as-typed.js";

describe("commands as they are typed", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-typed-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const withScripts = (scripts: object | string) =>
    writeFileSync(
      path.join(folder, "package.json"),
      typeof scripts === "string" ? scripts : JSON.stringify({ scripts }),
    );

  for (const [written, typed] of [
    ["See npm run parity -- --stack dev.", "See npx tandem parity --stack dev."],
    ["npm start", "npx tandem start"],
    ["npm start -- --reset, or `npm test`", "npx tandem start --reset, or `npx tandem test`"],
    ['eval "$(npm run -s env)"', 'eval "$(npx tandem env)"'],
    ["npm run --silent env -- --json", "npx tandem env --json"],
    ["npm run test:api", "npx tandem test-api"],
    ["npm run pulumi -- up --stack dev", "npx tandem pulumi up --stack dev"],
    ["npm run build -- --watch", "npm run build -- --watch"],
    ["npm install --save-dev x", "npm install --save-dev x"],
    ["npm starts", "npm starts"],
  ] as const) {
    it(`without a script: ${written}`, () => {
      withScripts({ start: "node ." });
      assert.equal(asTyped(written, folder), typed);
    });
  }

  it("stays npm's where the project has the script, and only there", () => {
    withScripts({ start: "exec tandem start", test: "jest", "run-it": "tandem diff" });
    const text = "npm start, npm test, npm run diff";
    assert.equal(asTyped(text, folder), "npm start, npx tandem test, npx tandem diff");
    assert.equal(asTyped(text), text);
  });

  it("takes a project without a package.json that can be read for one without scripts", () => {
    withScripts("{");
    assert.equal(asTyped("npm start", folder), "npx tandem start");
  });
});
