import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { waiversOf } from "../../policies/waivers.ts";
import { UserError } from "../../shared/user-error.js";

const waiver = { rule: "sns/tls-only", resource: "news", stacks: ["prod"], reason: "Nobody listens." };

describe("the waivers file of a program", () => {
  let folder: string;
  let file: string;

  // Node keeps a module by its path, so each case has a folder of its own.
  beforeEach(() => {
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), "waivers-"));
    mkdirSync(path.join(folder, "policies"));
    file = path.join(folder, "policies/waivers.ts");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  async function refusal(): Promise<string> {
    const error = await waiversOf(folder).then(
      (waivers) => assert.fail(`it was read: ${JSON.stringify(waivers)}`),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof UserError, String(error));
    return error.message.replaceAll(`${folder}/`, "");
  }

  const refusalOf = (text: string) => {
    writeFileSync(file, text);
    return refusal();
  };

  it("is read as an ES module with types, whatever the package says, with a mark of its encoding and ends of lines of Windows", async () => {
    writeFileSync(path.join(folder, "package.json"), '{ "type": "commonjs" }');
    writeFileSync(
      file,
      `\uFEFFtype Text = string;\r\nexport const waivers: { rule: Text }[] = ${JSON.stringify([waiver])};\r\n`,
    );
    assert.deepEqual(await waiversOf(folder), [waiver]);
  });

  it("is none where the program has no such file", async () => {
    writeFileSync(path.join(folder, "policies/index.ts"), "throw new Error('somebody else asked');");
    assert.deepEqual(await waiversOf(folder), []);
  });

  it("is not taken for there where one of another kind lies in its stead", async () => {
    writeFileSync(path.join(folder, "policies/waivers.yaml"), "- rule: sns/tls-only\n");
    assert.match(
      await refusal(),
      /^policies\/waivers\.yaml is not read: waivers stand in policies\/waivers\.ts/,
    );
  });

  it("is no folder", async () => {
    mkdirSync(file);
    assert.match(await refusal(), /^policies\/waivers\.ts is no file/);
  });

  it("tells where it does not load", async () => {
    assert.equal(await refusalOf("\nthrow new Error('no');\nexport {};"), "policies/waivers.ts:2:7: no");
  });

  it("tells what of its syntax Node does not read", async () => {
    assert.match(
      await refusalOf("export const waivers = [{ rule: ;"),
      /^policies\/waivers\.ts:1: Expression expected/,
    );
  });

  it("exports its waivers by name", async () => {
    assert.match(
      await refusalOf(`export default ${JSON.stringify([waiver])};`),
      /^policies\/waivers\.ts exports no waivers, but default\. Write export const waivers/,
    );
  });

  it("exports a list", async () => {
    assert.match(await refusalOf("export const waivers = {};"), /^policies\/waivers\.ts: waivers is no list/);
  });

  it("has every mistake of its waivers named", async () => {
    const { reason, ...without } = waiver;
    const waivers = [waiver, without, { ...waiver, stacks: "prod", expires: "2027-01-01" }, null];
    assert.equal(
      await refusalOf(`export const waivers = ${JSON.stringify(waivers)};`),
      [
        "The waivers of policies/waivers.ts are wrong:",
        "  waivers[1] has the reason undefined; expected a text",
        '  waivers[2] has the stacks "prod"; expected the names of the stacks that it holds in, e.g. ["dev"]',
        "  waivers[2] has expires, which a waiver does not have: nothing would come of it",
        "  waivers[3] is null; expected { rule, resource, stacks, reason }",
      ].join("\n"),
    );
  });
});
