import assert from "node:assert/strict";
import {
  type AttributeValue,
  BatchExecuteStatementCommand,
  DeleteItemCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  PutItemCommand,
  ScanCommand,
  type TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import { parseStatement } from "../../../local/dynamodb/partiql/parse.ts";
import { DynamodbService } from "../../../local/dynamodb/service.ts";
import { credentialsOf, operatorCredentials } from "../../../local/iam/credentials.ts";
import { REGION, recording, resource, role, roleArn, testContext } from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

const arn = `arn:aws:dynamodb:${REGION}:123456789012:table/motors`;
const table = resource(
  "aws:dynamodb/table:Table",
  "motors",
  {
    name: "motors",
    billingMode: "PAY_PER_REQUEST",
    hashKey: "maker",
    rangeKey: "name",
    attributes: [
      { name: "maker", type: "S" },
      { name: "name", type: "S" },
      { name: "year", type: "N" },
    ],
    globalSecondaryIndexes: [{ name: "by-year", hashKey: "year", projectionType: "ALL" }],
  },
  { arn },
);
const allow = (Action: string[], Resource: string) => ({ Effect: "Allow", Action, Resource });
const reader = role("reader", allow(["dynamodb:PartiQLSelect"], arn));

describe("PartiQL in the local DynamoDB", () => {
  const run = serviceRun({ lasts: "block" });
  let client: DynamoDBClient;

  const as = (credentials = operatorCredentials) =>
    run.client("AWS_ENDPOINT_URL_DYNAMODB", (settings) => new DynamoDBClient(settings), credentials);

  before(async () => {
    await run.start(new DynamodbService(await run.begin(testContext(recording(table, reader)))));
  });

  beforeEach(async () => {
    client = as();
    const { Items = [] } = await client.send(new ScanCommand({ TableName: "motors" }));
    for (const { maker, name } of Items)
      await client.send(
        new DeleteItemCommand({
          TableName: "motors",
          Key: { maker, name } as Record<string, AttributeValue>,
        }),
      );
    for (const [name, year, power] of [
      ["one", 1990, 10],
      ["two", 1991, 20],
      ["three", 1991, 30],
    ])
      await client.send(
        new PutItemCommand({
          TableName: "motors",
          Item: {
            maker: { S: "acme" },
            name: { S: String(name) },
            year: { N: String(year) },
            spec: { M: { power: { N: String(power) }, fuels: { L: [{ S: "oil" }] } } },
          },
        }),
      );
  });

  async function execute(Statement: string, Parameters?: AttributeValue[], more = {}) {
    return client.send(new ExecuteStatementCommand({ Statement, Parameters, ...more }));
  }
  const names = async (where: string, parameters?: AttributeValue[]) => {
    const { Items = [] } = await execute(`SELECT * FROM "motors" ${where}`, parameters);
    return Items.map(({ name }) => name?.S);
  };

  it("finds items by key, by index and by any other condition", async () => {
    assert.deepEqual(await names("WHERE maker = 'acme' AND name = 'two'"), ["two"]);
    assert.deepEqual(await names("WHERE maker = ? AND begins_with(name, ?)", [{ S: "acme" }, { S: "t" }]), [
      "three",
      "two",
    ]);
    assert.deepEqual(await names("WHERE maker = 'acme' ORDER BY name DESC"), ["two", "three", "one"]);
    assert.deepEqual(await names("WHERE maker = 'acme' AND spec.power BETWEEN 15 AND 25"), ["two"]);
    assert.deepEqual(await names("WHERE (spec.power < 15 OR name IN ['three']) AND NOT year = 1990"), [
      "three",
    ]);
    assert.deepEqual(await names("WHERE spec.fuels[0] = 'oil' AND spec.cost IS MISSING AND year <> 1991"), [
      "one",
    ]);
    const byYear = await execute('SELECT name FROM "motors"."by-year" WHERE year = 1990');
    assert.deepEqual(byYear.Items, [{ name: { S: "one" } }]);
    const power = await execute("SELECT name, spec.power FROM motors WHERE maker = 'acme' AND name = 'two'");
    assert.deepEqual(power.Items, [{ name: { S: "two" }, power: { N: "20" } }]);
  });

  it("goes on where a page ended", async () => {
    const statement = "SELECT name FROM motors WHERE maker = 'acme'";
    const { Items, NextToken } = await execute(statement, undefined, { Limit: 2 });
    assert.equal(Items?.length, 2);
    const rest = await execute(statement, undefined, { NextToken });
    assert.deepEqual(rest.Items, [{ name: { S: "two" } }]);
  });

  it("inserts what is not there, with values of every type", async () => {
    const insert =
      "INSERT INTO motors VALUE {'maker': 'it''s', 'name': ?, 'list': [1, -2.5, true, null], 'map': {'a': 'b'}, 'set': <<1, 2>>}";
    await execute(insert, [{ S: "new" }]);
    const { Items } = await execute("SELECT list, map, \"set\" FROM motors WHERE maker = 'it''s'");
    assert.deepEqual(Items, [
      {
        list: { L: [{ N: "1" }, { N: "-2.5" }, { BOOL: true }, { NULL: true }] },
        map: { M: { a: { S: "b" } } },
        set: { NS: ["1", "2"] },
      },
    ]);
    await assert.rejects(execute(insert, [{ S: "new" }]), { name: "DuplicateItemException" });
  });

  it("updates and deletes the one item of a key, if its conditions hold", async () => {
    const where = "WHERE maker = 'acme' AND name = 'two'";
    const { Items } = await execute(
      `UPDATE motors SET spec.power = spec.power + 5 SET tags = set_add(tags, <<'x'>>) REMOVE spec.fuels ${where} AND year = 1991 RETURNING ALL NEW *`,
    );
    assert.deepEqual(Items?.[0]?.spec, { M: { power: { N: "25" } } });
    assert.deepEqual(Items?.[0]?.tags, { SS: ["x"] });
    const refused = { name: "ConditionalCheckFailedException" };
    await assert.rejects(execute(`UPDATE motors SET a = 1 ${where} AND year = 1`), refused);
    await assert.rejects(execute("UPDATE motors SET a = 1 WHERE maker = 'acme' AND name = 'none'"), refused);
    await assert.rejects(execute("UPDATE motors SET a = 1 WHERE maker = 'acme'"), {
      name: "ValidationException",
      message: "Where clause does not contain a mandatory equality on all key attributes",
    });
    const deleted = await execute(`DELETE FROM motors ${where} RETURNING ALL OLD *`);
    assert.equal(deleted.Items?.[0]?.name?.S, "two");
    assert.deepEqual(await names("WHERE maker = 'acme'"), ["one", "three"]);
  });

  it("does the statements of a batch one by one, and says what became of each", async () => {
    const { Responses } = await client.send(
      new BatchExecuteStatementCommand({
        Statements: [
          { Statement: "INSERT INTO motors VALUE {'maker': 'b', 'name': 'n'}" },
          { Statement: "INSERT INTO motors VALUE {'maker': 'b', 'name': 'n'}" },
          { Statement: "SELECT name FROM motors WHERE maker = 'b' AND name = 'n'" },
          { Statement: "SELECT * FROM motors WHERE maker = 'b'" },
          { Statement: "SELECT * FROM nowhere WHERE maker = 'b'" },
          { Statement: "DROP motors" },
        ],
      }),
    );
    assert.deepEqual(
      Responses?.map(({ Item, Error: failed }) => Item ?? failed?.Code),
      [
        undefined,
        "DuplicateItem",
        { name: { S: "n" } },
        "ValidationError",
        "ResourceNotFound",
        "ValidationError",
      ],
    );
  });

  it("does all statements of a transaction or none", async () => {
    const transact = (...statements: string[]) =>
      client.send(
        new ExecuteTransactionCommand({ TransactStatements: statements.map((Statement) => ({ Statement })) }),
      );
    await transact(
      "INSERT INTO motors VALUE {'maker': 'b', 'name': 'n'}",
      "UPDATE motors SET a = 1 WHERE maker = 'acme' AND name = 'one'",
      "EXISTS(SELECT * FROM motors WHERE maker = 'acme' AND name = 'two' AND year = 1991)",
    );
    await assert.rejects(
      transact(
        "DELETE FROM motors WHERE maker = 'acme' AND name = 'one'",
        "INSERT INTO motors VALUE {'maker': 'b', 'name': 'n'}",
      ),
      (error: TransactionCanceledException) => {
        assert.deepEqual(
          error.CancellationReasons?.map(({ Code }) => Code),
          ["None", "DuplicateItem"],
        );
        return true;
      },
    );
    const { Responses } = await transact(
      "SELECT a FROM motors WHERE maker = 'acme' AND name = 'one'",
      "SELECT * FROM motors WHERE maker = 'b' AND name = 'none'",
    );
    assert.deepEqual(
      Responses?.map(({ Item }) => Item),
      [{ a: { N: "1" } }, undefined],
    );
    const { Count } = await client.send(new ScanCommand({ TableName: "motors", Select: "COUNT" }));
    assert.equal(Count, 4);
  });

  it("asks for the permission of each statement", async () => {
    client = as(credentialsOf(roleArn("reader")));
    assert.deepEqual(await names("WHERE maker = 'acme' AND name = 'one'"), ["one"]);
    const refused = {
      name: "AccessDeniedException",
      message: /dynamodb:PartiQLDelete on resource: .*motors/,
    };
    await assert.rejects(execute("DELETE FROM motors WHERE maker = 'acme' AND name = 'one'"), refused);
    await assert.rejects(
      execute('SELECT * FROM "motors"."by-year" WHERE year = 1990'),
      /PartiQLSelect on resource: .*by-year/,
    );
    await assert.rejects(execute("SELECTT"), { name: "ValidationException" });
  });

  it("refuses a statement of a batch by itself, and does the others", async () => {
    client = as(credentialsOf(roleArn("reader")));
    const where = "WHERE maker = 'acme' AND name = 'one'";
    const Statements = [`DELETE FROM motors ${where}`, `SELECT name FROM motors ${where}`].map(
      (Statement) => ({ Statement }),
    );
    const { Responses = [] } = await client.send(new BatchExecuteStatementCommand({ Statements }));
    const [refused, done] = Responses;
    assert.equal(refused?.Error?.Code, "AccessDenied");
    assert.equal(refused?.TableName, "motors");
    assert.match(refused?.Error?.Message ?? "", /dynamodb:PartiQLDelete on resource: .*motors/);
    assert.deepEqual(done, { TableName: "motors", Item: { name: { S: "one" } } });
  });
});

describe("a statement of PartiQL", () => {
  const wrong: [string, RegExp][] = [
    ["SELECT * FROM t WHERE a = 1 GROUP BY a", /Unexpected "GROUP"/],
    ["SELECT * FROM t WHERE a LIKE 'x'", /Unexpected "LIKE"/],
    ["SELECT count(a) FROM t", /Unexpected "\(", FROM is wanted/],
    ["SELECT * FROM t WHERE upper(a) = 'x'", /the function upper is not known/],
    ["INSERT INTO t VALUE 5", /VALUE must be a tuple/],
    ["INSERT INTO t VALUE {'a': <<1, 'b'>>}", /a set has texts, numbers or binaries of one type/],
    ["SELECT * FROM t WHERE a = ?", /Number of parameters/],
    ["UPDATE t WHERE a = 1", /Unexpected "WHERE"/],
    ["SELECT * FROM", /Unexpected end/],
    ["SELECT * FROM t WHERE a = 'x", /nobody here knows "'x"/],
  ];
  for (const [statement, why] of wrong)
    it(`is refused by name: ${statement}`, () => {
      assert.throws(() => parseStatement(statement), { code: "ValidationException", reason: why });
    });
});
