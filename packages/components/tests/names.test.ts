import assert from "node:assert/strict";
import { type RecordOptions, record } from "../../tandem/program/record.ts";
import { AtlasDatabase } from "../atlas-database.ts";
import { Bucket } from "../bucket.ts";
import { DynamoTable } from "../dynamo-table.ts";
import { HttpApi } from "../http-api.ts";
import { LambdaFunction } from "../lambda-function.ts";
import { Mistake } from "../mistake.ts";
import { type NameKind, nameMistake, nameRules } from "../name-rules.ts";
import { Queue } from "../queue.ts";
import { Schedule } from "../schedule.ts";
import { declare } from "./support/declare.ts";

const ENTRY = "packages/components/tests/fixtures/hello.ts";
const table = (name: string) => new DynamoTable(name, { partitionKey: { name: "year", type: "N" } });
const database = (name: string) =>
  new AtlasDatabase(name, {
    organizationId: "5f0c0ffee0c0ffee0c0ffee0",
    region: "eu-central-1",
    tier: "M0",
  });
const schedule = (name: string) =>
  new Schedule(name, { function: new LambdaFunction("work", { entry: ENTRY }), expression: "rate(1 day)" });

/** What is refused when the program runs, and the one sentence that says so. */
const refused: [what: string, program: () => unknown, options: RecordOptions, message: string][] = [
  [
    "a bucket with a capital letter",
    () => new Bucket("importFiles"),
    {},
    'The name "tandem-dev-importFiles" of a bucket holds "F"; S3 takes small letters, digits and -. ' +
      'Call it "import-files" instead of "importFiles".',
  ],
  [
    "a bucket whose name is too long with the account behind it",
    () => new Bucket("a".repeat(40)),
    {},
    `The name "tandem-dev-${"a".repeat(40)}" of a bucket has 64 characters with the account's number behind it; S3 takes 63. ` +
      `Make "${"a".repeat(40)}", the stack "dev" or the project "tandem" shorter by 1.`,
  ],
  [
    "a bucket in a project with capital letters",
    () => new Bucket("imports"),
    { project: "MyShop" },
    'The name "MyShop-dev-imports" of a bucket holds "M"; S3 takes small letters, digits and -. ' +
      'Set name: "my-shop" in Pulumi.yaml instead of "MyShop".',
  ],
  [
    "a cluster in a project with an underscore",
    () => database("orders"),
    { project: "my_shop" },
    'The name "my_shop-dev-orders" of a cluster holds "_"; Atlas takes letters, digits and -. ' +
      'Set name: "my-shop" in Pulumi.yaml instead of "my_shop".',
  ],
  [
    "a function in a project with a dot",
    () => new LambdaFunction("hello", { entry: ENTRY }),
    { project: "my.shop" },
    'The name "my.shop-dev-hello" of a function holds "."; Lambda takes letters, digits, - and _. ' +
      'Set name: "my-shop" in Pulumi.yaml instead of "my.shop".',
  ],
  [
    "a bucket in a stack with a capital letter",
    () => new Bucket("imports"),
    { stack: "Prod" },
    'The name "tandem-Prod-imports" of a bucket holds "P"; S3 takes small letters, digits and -. ' +
      'Call the stack "prod" instead of "Prod".',
  ],
  [
    "a cluster in a stack with an underscore",
    () => database("orders"),
    { stack: "eu_prod" },
    'The name "tandem-eu_prod-orders" of a cluster holds "_"; Atlas takes letters, digits and -. ' +
      'Call the stack "eu-prod" instead of "eu_prod".',
  ],
  [
    "a function of 60 letters",
    () => new LambdaFunction("f".repeat(60), { entry: ENTRY }),
    {},
    `The name "tandem-dev-${"f".repeat(60)}" of a function has 71 characters; Lambda takes 64. ` +
      `Make "${"f".repeat(60)}", the stack "dev" or the project "tandem" shorter by 7.`,
  ],
  [
    "a queue that is called like a FIFO queue",
    () => new Queue("changes.fifo", { visibilityTimeout: 60 }),
    {},
    'The name "tandem-dev-changes.fifo" of a queue holds "."; SQS takes letters, digits, - and _ ' +
      '(FIFO queues, which end in .fifo, are not supported). Call it "changes-fifo" instead of "changes.fifo".',
  ],
  [
    "dead letters whose name is too long, though their queue's is not",
    () => new Queue("q".repeat(57), { visibilityTimeout: 60 }),
    {},
    `The name "tandem-dev-${"q".repeat(57)}-dead-letters" of a queue has 81 characters; SQS takes 80. ` +
      `Make "${"q".repeat(57)}", the stack "dev" or the project "tandem" shorter by 1.`,
  ],
  [
    "a schedule whose role has too long a name",
    () => schedule("s".repeat(45)),
    {},
    `The name "tandem-dev-${"s".repeat(45)}-schedule" of a role has 65 characters; IAM takes 64. ` +
      `Make "${"s".repeat(45)}", the stack "dev" or the project "tandem" shorter by 1.`,
  ],
  [
    "a schedule whose dead letters may not have its characters",
    () => schedule("night.ly"),
    {},
    'The name "tandem-dev-night.ly-dead-letters" of a queue holds "."; SQS takes letters, digits, - and _ ' +
      '(FIFO queues, which end in .fifo, are not supported). Call it "night-ly" instead of "night.ly".',
  ],
  [
    "a cluster that Atlas cuts at a hyphen",
    () => database("stocktaking-2"),
    {},
    'The name "tandem-dev-stocktaking-2" of a cluster ends with a hyphen where Atlas cuts it, after 23 characters: ' +
      '"tandem-dev-stocktaking-". Call "stocktaking-2" something else, or the stack or the project.',
  ],
  [
    "a table that gives a variable which is none",
    () => table("visit.reports"),
    {},
    'The variable VISIT.REPORTS_… that "visit.reports" gives to functions holds "."; Lambda takes letters, digits and _, ' +
      'a letter first. Call it "visit-reports" instead of "visit.reports".',
  ],
  [
    "a table whose variable would begin with a digit",
    () => table("2visits"),
    {},
    'The variable 2VISITS_… that "2visits" gives to functions begins with no letter; Lambda takes letters, digits and _, ' +
      'a letter first. Call it "visits" instead of "2visits".',
  ],
];

describe("names that a cloud would refuse", () => {
  for (const [what, program, options, message] of refused) {
    it(`are refused when the program runs: ${what}`, async () => {
      await assert.rejects(
        declare(() => void program(), options),
        (error: Error) => {
          assert.ok(error instanceof Mistake, error.stack);
          assert.equal(error.message, message);
          return true;
        },
      );
    });
  }

  it("are taken at their longest", async () => {
    const longest: Record<string, () => unknown> = {
      function: () => new LambdaFunction("f".repeat(53), { entry: ENTRY }),
      bucket: () => new Bucket("b".repeat(39)),
      queue: () => new Queue("q".repeat(56), { visibilityTimeout: 60 }),
      schedule: () => schedule("s".repeat(44)),
      table: () => table("t".repeat(244)),
      cluster: () => database("c".repeat(53)),
      api: () => new HttpApi("a".repeat(117), { routes: {}, authorizer: { type: "open" } }),
    };
    for (const program of Object.values(longest)) await declare(() => void program());
    for (const program of Object.values(longest)) await record(() => void program(), { stack: "de" });
  });
});

/** Of each kind a character that it refuses, or undefined where it refuses control characters only. */
const refusedCharacters: Record<NameKind, string | undefined> = {
  function: ".",
  role: "/",
  policy: " ",
  table: "/",
  bucket: "_",
  queue: ".",
  topic: ".",
  api: undefined,
  schedule: "/",
  logGroup: " ",
  alarm: undefined,
  dashboard: ".",
  sampling: undefined,
  traced: undefined,
  securityGroup: "?",
  tag: undefined,
  keyAlias: ".",
  atlasProject: "/",
  atlasCluster: "_",
};

describe("the rules of names", () => {
  for (const [kind, { longest, behind, service }] of Object.entries(nameRules) as [
    NameKind,
    (typeof nameRules)[NameKind],
  ][]) {
    it(`of a ${kind} take the longest and refuse one more, and a character of ${service}'s`, () => {
      const fits = longest - (behind?.length ?? 0) - "p-s-".length;
      const mistake = (name: string) => nameMistake(kind, { project: "p", stack: "s", name });
      assert.equal(mistake("a".repeat(fits)), undefined);
      assert.match(
        mistake("a".repeat(fits + 1)) ?? "",
        /Make "a+", the stack "s" or the project "p" shorter by 1\.$/,
      );
      const wrong = refusedCharacters[kind] ?? "\n";
      assert.match(mistake(`a${wrong}b`) ?? "", /Call it "a-?b" instead of "a/);
    });
  }

  it("offer a name that the same rule takes", () => {
    for (const kind of Object.keys(nameRules) as NameKind[]) {
      for (const name of ["importFiles", "a.b/c d", "Ünicode", "x_y", "changes.fifo", "a\nb"]) {
        const mistake = nameMistake(kind, { project: "p", stack: "s", name });
        const offered = mistake && /Call it ("[^"]+")/.exec(mistake)?.[1];
        if (!offered) continue;
        const again = nameMistake(kind, { project: "p", stack: "s", name: JSON.parse(offered) as string });
        assert.equal(again, undefined, `${kind}: ${mistake}`);
      }
    }
  });
});
