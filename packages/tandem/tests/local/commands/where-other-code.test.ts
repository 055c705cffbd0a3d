import assert from "node:assert/strict";
import { where } from "../../../local/where.ts";
import { recordProgram } from "../../../program/record-program.ts";
import type { Recording } from "../../../program/recording.ts";
import { Repository } from "../../review/support/repository.ts";

describe("where, of code that the program does not build", () => {
  // Line 1, column 35 of the file is line 7, column 3 of the source.
  const map = { version: 3, sources: ["../src/orders.ts"], names: [], mappings: "kCAME" };
  let other: Repository;
  let recorded: Recording;

  before(async () => {
    other = new Repository();
    other.writeProgram("unused", {
      "dist/index.js": `exports.handler = () => undefined.items;\n//# sourceMappingURL=index.js.map\n`,
      "dist/index.js.map": JSON.stringify(map),
      "app/index.js": "exports.handler = async () => {\n  throw new Error();\n};\n",
      "app/node_modules/lib/index.js": "module.exports = 1;\n",
      "index.ts": `import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
const role = new aws.iam.Role("role", { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }) });
const settings = { runtime: "nodejs24.x", handler: "index.handler", role: role.arn };
const file = (path: string) => new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.FileAsset(path) });
new aws.lambda.Function("mapped", { ...settings, code: file("dist/index.js") });
new aws.lambda.Function("folder", { ...settings, code: new pulumi.asset.FileArchive("app") });
new aws.lambda.Function("file", { ...settings, code: file("app/index.js") });
const written = new pulumi.asset.AssetArchive({ "__index.js": new pulumi.asset.StringAsset("exports.handler = 1;") });
new aws.lambda.Function("inline", { ...settings, handler: "__index.handler", code: written });
`,
    });
    recorded = await recordProgram({ cwd: other.folder, stack: "dev" });
  });

  after(() => other.remove());

  const found = (text: string, functionName?: string, of = recorded) => {
    const asked = { text, functionName, cwd: other.folder, called: "this checkout" };
    return where({ ...asked, record: async () => of, log: () => {} });
  };

  it("reads the maps of what was built before, of the only function that there is", async () => {
    const others = ["folder", "file", "inline"];
    const alone = { ...recorded, resources: recorded.resources.filter(({ name }) => !others.includes(name)) };
    const out = await found("at exports.handler (/var/task/index.js:1:36)", undefined, alone);
    assert.equal(out, "at exports.handler (src/orders.ts:7:3)");
  });

  it("names the program's own file where code runs as it is written, and why it knows no other", async () => {
    for (const functionName of ["folder", "file"]) {
      const out = await found("at exports.handler (/var/task/index.js:2:9)", functionName);
      assert.equal(out, "at exports.handler (app/index.js:2:9)");
    }
    const refuses = async (functionName: string, reasons: Record<string, string>) => {
      const places = Object.keys(reasons);
      const text = places.map((one) => `at f (${one})`).join("\n");
      await assert.rejects(found(text, functionName), ({ message }: Error) => {
        const expected = places.map((one) => `${one.split(":")[0]} ${reasons[one]}`);
        assert.ok(message.startsWith(`None of these places is known. ${expected[0]}`), message);
        for (const one of expected) assert.ok(message.includes(one), message);
        return true;
      });
    };
    // As the SDK calls the file of a function that is written inline.
    await refuses("inline", {
      "/var/task/__index.js:9:1": "is what Pulumi writes of a function that is part of the program",
    });
    await refuses("folder", {
      "/opt/nodejs/index.js:2:1": "is of a layer",
      "/var/task/node_modules/lib/index.js:1:1": "is of a package",
      "/var/task/other.js:1:1": "has no source map, or is not in that code",
      "/var/task/index.js:900:1": "has no source map, or is not in that code",
    });
  });
});
