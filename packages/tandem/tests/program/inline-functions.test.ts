import assert from "node:assert/strict";
import { recordProgram } from "../../program/record-program.ts";
import { find, removePrograms, writeProgram } from "./fixtures.ts";

/** Written for ts-node, as most Pulumi programs are: CommonJS by its package, ES imports by its source. */
async function codeOf(program: string, packages: Record<string, string> = {}): Promise<string> {
  const cwd = writeProgram({ "package.json": '{ "name": "inline" }', "index.ts": program, ...packages });
  const { inputs } = find(await recordProgram({ cwd, stack: "dev" }), "work", "aws:lambda/function:Function");
  return JSON.stringify(inputs.code);
}

describe("imports of a compiled program", () => {
  afterEach(removePrograms);

  it("leave Node's own modules whole, so that an inline function can use them", async () => {
    const code = await codeOf(`
      import * as aws from "@pulumi/aws";
      import * as crypto from "crypto";
      import { execSync } from "child_process";
      new aws.lambda.CallbackFunction("work", {
        callback: async () => crypto.createHmac("sha256", "k").digest("hex") + execSync("ls"),
      });
    `);
    assert.match(code, /require\(\\"crypto\/?\\"\)/);
  });

  it("give a default import beside named ones, of old modules and of converted ones", async () => {
    const code = await codeOf(
      `
      import * as aws from "@pulumi/aws";
      import old, { one } from "./old";
      import converted, { two } from "./converted";
      if (old.one !== one || converted.name !== "default" || two !== 2) throw new Error("mixed up");
      new aws.lambda.CallbackFunction("work", { callback: async () => one + two });
    `,
      {
        "old.js": "module.exports = { one: 1 };",
        "converted.js": "exports.__esModule = true; exports.default = { name: 'default' }; exports.two = 2;",
      },
    );
    assert.match(code, /one/);
  });
});
