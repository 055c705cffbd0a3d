import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Remedies } from "../../console/remedy.ts";
import type { Role } from "../../local/iam/guard.ts";
import type { Recording, Values } from "../../program/recording.ts";
import { recording } from "./cloudwatch/support.ts";

const PROGRAM = `
const parts = new Store("parts", {});
const lists = new Store("lists");

const readParts = new Worker("readParts", {
  entry: "read.ts",
  links: [parts.read, lists.readWrite],
});
const makeParts = new Worker("makeParts", { links: [parts.readWrite, parts.name.apply((name) => name)] });
const plain = lambda("plain", "exports.handler = …");
`;
const arn = (name: string) => `arn:aws:dynamodb:eu-west-1:1:table/${name}`;

describe("where a permission would be given", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-remedy-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function program(): Recording {
    writeFileSync(path.join(folder, "index.ts"), PROGRAM);
    const component = (type: string, name: string, inputs: Values = {}): [string, string, Values] => [
      type,
      name,
      inputs,
    ];
    const lambda = (name: string) =>
      component("aws:lambda/function:Function", name, { name, role: `role-${name}`, handler: "i.h" });
    const made = recording(
      component("shop:index:Store", "parts"),
      component("shop:index:Worker", "readParts"),
      component("shop:index:Worker", "makeParts"),
      component("aws:dynamodb/table:Table", "parts-table", { arn: arn("parts") }),
      lambda("readParts"),
      lambda("makeParts"),
      lambda("plain"),
    );
    const urnOf = (type: string, name: string) =>
      made.resources.find((one) => one.type === type && one.name === name)?.urn as string;
    for (const one of made.resources) {
      if (one.name === "parts-table") one.parent = urnOf("shop:index:Store", "parts");
      if (one.type.startsWith("aws:lambda") && one.name !== "plain")
        one.parent = urnOf("shop:index:Worker", one.name);
    }
    return { ...made, cwd: folder, sources: [path.join(folder, "index.ts"), path.join(folder, "gone.ts")] };
  }
  const role = (name: string, actions: string[]): Role => ({
    name,
    arn: `role-${name}`,
    accessKeyId: name,
    session: name,
    statements: [
      { source: name, effect: "Allow", actions, resources: [arn("parts")], conditions: [] },
    ] as unknown as Role["statements"],
    resourceStatements: [],
  });
  const roles = [role("readParts", ["dynamodb:Query"]), role("makeParts", ["dynamodb:Put*"])];

  it("is the function's declaration, with a link that another has to the same store", () => {
    const found = new Remedies(program(), roles).of("readParts", "dynamodb:PutItem", arn("parts"));
    assert.deepEqual(found, {
      action: "dynamodb:PutItem",
      resource: arn("parts"),
      function: { name: "readParts", at: "index.ts:5" },
      store: { name: "parts", at: "index.ts:2" },
      link: { text: "parts.readWrite", of: { name: "makeParts", at: "index.ts:9" } },
    });
  });

  it("is no link where nobody has one, and a call of the program's own where that declares it", () => {
    const remedies = new Remedies(program(), roles);
    const { link, function: called } = remedies.of(
      "plain",
      "dynamodb:DeleteTable",
      `${arn("parts")}/index/by`,
    );
    assert.equal(link, undefined);
    assert.deepEqual(called, { name: "plain", at: "index.ts:10" });
    assert.deepEqual(remedies.of("elsewhere", "s3:GetObject", "arn:aws:s3:::none"), {
      action: "s3:GetObject",
      resource: "arn:aws:s3:::none",
    });
  });
});
