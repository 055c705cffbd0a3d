import assert from "node:assert/strict";
import type { RecordedResource, Value, Values } from "../../../program/recording.ts";
import { compareProperties } from "../../../review/diff/properties.ts";
import { resource } from "../support/recordings.ts";

const QUEUE = "aws:sqs/queue:Queue";

function changes(before: Values, after: Values, type = QUEUE, more: Partial<RecordedResource> = {}) {
  return compareProperties(
    resource(type, "one", before, more),
    resource(type, "one", after, more),
    (text) => text,
  );
}

function paths(before: Values, after: Values, type?: string): string[] {
  return changes(before, after, type).map(({ path }) => path);
}

describe("compareProperties", () => {
  it("names the innermost property that differs, old and new", () => {
    assert.deepEqual(changes({ a: { b: [1, { c: "old" }] } }, { a: { b: [1, { c: "new" }] } }), [
      { path: "a.b[1].c", before: "old", after: "new" },
    ]);
  });

  it("leaves out the side on which there is nothing", () => {
    assert.deepEqual(changes({ gone: 1 }, { come: 2 }), [
      { path: "come", after: 2 },
      { path: "gone", before: 1 },
    ]);
  });

  it("writes keys that are no names in quotes", () => {
    assert.deepEqual(paths({ tags: { "a b": 1 } }, { tags: { "a b": 2 } }), ['tags["a b"]']);
  });

  it("knows items of a list by their name, id, key or Sid", () => {
    for (const key of ["name", "id", "key", "Sid"]) {
      const item = (name: string, value: number): Value => ({ [key]: name, value });
      assert.deepEqual(
        paths({ list: [item("a", 1), item("b", 1)] }, { list: [item("a", 1), item("b", 2), item("c", 1)] }),
        [`list[${key}=b].value`, `list[${key}=c]`],
      );
    }
  });

  it("tells another order of a list that has one", () => {
    assert.deepEqual(changes({ list: ["a", "b"] }, { list: ["b", "a"] }), [
      { path: "list[order]", before: ["a", "b"], after: ["b", "a"] },
    ]);
    const named = [{ name: "a" }, { name: "b" }];
    assert.deepEqual(changes({ list: named }, { list: named.toReversed() }), [
      { path: "list[order]", before: ["a", "b"], after: ["b", "a"] },
    ]);
  });

  it("finds the items of a list without names by their content, wherever they stand", () => {
    const row = (path: string, lambda: string) => ({ function: lambda, method: "GET", path });
    const before = [row("/a", "a"), row("/b", "b"), row("/c", "c")];
    const now = [row("/a", "a"), row("/new", "new"), row("/b", "b"), row("/c", "other")];
    assert.deepEqual(changes({ list: before }, { list: now }), [
      { path: "list[2→3].function", before: "c", after: "other" },
      { path: "list[]", after: row("/new", "new") },
    ]);
    assert.deepEqual(changes({ list: now }, { list: before }), [
      { path: "list[3→2].function", before: "other", after: "c" },
      { path: "list[]", before: row("/new", "new") },
    ]);
    assert.deepEqual(paths({ list: ["a", "b", "c"] }, { list: ["b", "c"] }), ["list[]"]);
  });

  it("tells what the engine is told of how a resource is replaced, deleted and waited for", () => {
    const [bucket, table] = [
      resource("aws:s3/bucket:Bucket", "bucket"),
      resource("aws:dynamodb/table:Table", "table"),
    ];
    const options = (before: Partial<RecordedResource>, after: Partial<RecordedResource>) =>
      compareProperties(
        resource(QUEUE, "one", {}, before),
        resource(QUEUE, "one", {}, after),
        (text) => text,
      );
    assert.deepEqual(
      options(
        { deletedWith: bucket.urn, customTimeouts: { create: "1m" }, dependencies: [bucket.urn, table.urn] },
        { deleteBeforeReplace: true, replaceOnChanges: ["tags"], customTimeouts: { create: "2m" } },
      ),
      [
        { path: "options.customTimeouts.create", before: "1m", after: "2m" },
        { path: "options.deleteBeforeReplace", after: true },
        { path: "options.deletedWith", before: "bucket" },
        { path: "options.dependsOn", before: ["bucket", "table"] },
        { path: "options.replaceOnChanges", after: ["tags"] },
      ],
    );
    assert.deepEqual(
      options(
        { dependencies: [bucket.urn] },
        { dependencies: [bucket.urn], propertyDependencies: { name: [bucket.urn] } },
      ),
      [],
      "an output in the inputs makes it wait as well",
    );
  });

  it("takes a change that the program itself lets replace for a replacement", () => {
    const replaced = (replaceOnChanges: string[], before: Values, after: Values) =>
      changes(before, after, QUEUE, { replaceOnChanges }).map(({ path, replaces }) => [
        path,
        replaces ?? false,
      ]);
    assert.deepEqual(
      replaced(["tags.team"], { tags: { team: "a", other: "a" } }, { tags: { team: "b", other: "b" } }),
      [
        ["tags.other", false],
        ["tags.team", true],
      ],
    );
    assert.deepEqual(replaced(["rules[*].id"], { rules: [{ id: "a" }, 1] }, { rules: [{ id: "b" }, 1] }), [
      ["rules[0].id", true],
    ]);
    assert.deepEqual(replaced(["*"], { a: 1 }, { a: 2 }), [["a", true]]);
  });

  it("tells no order where the provider says there is none", () => {
    const api = "aws:apigatewayv2/api:Api";
    const cors = (...allowOrigins: string[]): Values => ({ corsConfiguration: { allowOrigins } });
    assert.deepEqual(changes(cors("a", "b", "a"), cors("b", "a"), api), []);
    assert.deepEqual(changes(cors("a", "b"), cors("c", "b"), api), [
      { path: "corsConfiguration.allowOrigins[]", before: "a" },
      { path: "corsConfiguration.allowOrigins[]", after: "c" },
    ]);
    const table = "aws:dynamodb/table:Table";
    const attributes = [
      { name: "a", type: "S" },
      { name: "b", type: "N" },
    ];
    assert.deepEqual(changes({ attributes }, { attributes: attributes.toReversed() }, table), []);
  });

  it("reads policies as AWS does: in any order, one action as text or as a list, with any spacing", () => {
    const one = { Sid: "A", Effect: "Allow", Action: "s3:GetObject", Resource: ["b", "a"] };
    const two = {
      Effect: "Deny",
      Principal: { AWS: ["y", "x"] },
      Action: ["s3:*"],
      Resource: "*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    };
    const before = JSON.stringify({ Version: "2012-10-17", Statement: [one, two] });
    const after = JSON.stringify(
      {
        Statement: [
          {
            ...two,
            Principal: { AWS: ["x", "y"] },
            Action: "s3:*",
            Condition: { Bool: { "aws:SecureTransport": ["false"] } },
          },
          { ...one, Action: ["s3:GetObject"], Resource: ["a", "b"] },
        ],
        Version: "2012-10-17",
      },
      null,
      2,
    );
    assert.deepEqual(changes({ policy: before }, { policy: after }), []);
  });

  it("goes into JSON that stands in a text", () => {
    assert.deepEqual(changes({ body: '{"a": {"b": 1}}' }, { body: '{"a":{"b":2}}' }), [
      { path: "body.a.b", before: 1, after: 2 },
    ]);
    assert.deepEqual(changes({ body: "{not JSON" }, { body: "{not JSON either" }), [
      { path: "body", before: "{not JSON", after: "{not JSON either" },
    ]);
  });

  it("shows code as its hash, and what is not known as such", () => {
    const [change] = changes(
      { code: { $: "archive", assets: { "index.js": { $: "asset", text: "one" } } } },
      { code: { $: "unknown" } },
    );
    assert.deepEqual(change, {
      path: "code",
      before: { "[archive]": { "index.js": "[file sha256 7692c3ad3540]" } },
      after: "[known after deployment]",
    });
  });

  it("compares protection and the other options that the engine acts upon", () => {
    const [before, after] = [
      resource(QUEUE, "one", {}, { protect: true }),
      resource(QUEUE, "one", {}, { retainOnDelete: true }),
    ];
    assert.deepEqual(
      compareProperties(before, after, (text) => text),
      [
        { path: "options.protect", before: true },
        { path: "options.retainOnDelete", after: true },
      ],
    );
  });

  it("leaves out what both programs ignore", () => {
    const ignoreChanges = ["tags", "code"];
    const inputs = (value: number): Values => ({ tags: { a: value }, codeSize: value });
    assert.deepEqual(
      changes(inputs(1), inputs(2), QUEUE, { ignoreChanges }).map(({ path }) => path),
      ["codeSize"],
    );
  });

  it("marks what replaces the resource: named in the SDK's comments, written by hand, and every region", () => {
    const replaced = (type: string, before: Values, after: Values) =>
      changes(before, after, type).flatMap(({ path, replaces }) => (replaces ? [path] : []));
    assert.deepEqual(
      replaced(
        "mongodbatlas:index/advancedCluster:AdvancedCluster",
        { name: "a", projectId: "p", paused: true },
        { name: "b", projectId: "q" },
      ),
      ["name", "projectId"],
    );
    assert.deepEqual(
      replaced("aws:dynamodb/table:Table", { hashKey: "a", ttl: { enabled: true } }, { hashKey: "b" }),
      ["hashKey"],
    );
    assert.deepEqual(
      replaced(QUEUE, { region: "eu-central-1", delaySeconds: 1 }, { region: "us-east-1", delaySeconds: 2 }),
      ["region"],
    );
  });

  it("marks a change within a property that replaces the resource", () => {
    const [change] = changes(
      { localSecondaryIndexes: [{ name: "i", rangeKey: "a" }] },
      { localSecondaryIndexes: [{ name: "i", rangeKey: "b" }] },
      "aws:dynamodb/table:Table",
    );
    assert.deepEqual(change, {
      path: "localSecondaryIndexes[name=i].rangeKey",
      before: "a",
      after: "b",
      replaces: true,
    });
  });
});
