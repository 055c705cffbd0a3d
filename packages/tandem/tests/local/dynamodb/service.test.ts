import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DescribeLimitsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { DynamodbService } from "../../../local/dynamodb/service.ts";
import { type Credentials, credentialsOf, operatorCredentials } from "../../../local/iam/credentials.ts";
import type { Recording, Values } from "../../../program/recording.ts";
import { eventually } from "../../support/patience.ts";
import { lambda, REGION, recording, resource, role, roleArn, testContext } from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

const arn = `arn:aws:dynamodb:${REGION}:123456789012:table/motors`;
const allow = (Action: string | string[], Resource: string | string[] = arn) => ({
  Effect: "Allow",
  Action,
  Resource,
});

function motorsTable(changes: Values = {}) {
  return resource(
    "aws:dynamodb/table:Table",
    "motors",
    {
      name: "motors",
      billingMode: "PAY_PER_REQUEST",
      hashKey: "year",
      rangeKey: "title",
      attributes: [
        { name: "year", type: "N" },
        { name: "title", type: "S" },
      ],
      ...changes,
    },
    { arn },
  );
}

const item = (title: string, more = {}) => ({ year: { N: "1999" }, title: { S: title }, ...more });

/** To be called in a `describe`, as `serviceRun` is. */
function dynamodbRun(lasts: "test" | "block") {
  const run = serviceRun({ lasts });

  const start = (program: Recording) => restart(testContext(program));

  async function restart(context = run.context) {
    const iam = await run.begin(context);
    const service = new DynamodbService(iam);
    await run.start(service);
    return { iam, service };
  }

  const client = (credentials?: Credentials, region?: string) =>
    run.client("AWS_ENDPOINT_URL_DYNAMODB", (settings) => new DynamoDBClient(settings), credentials, region);

  const as = (name: string) => client(credentialsOf(roleArn(name)));

  return { run, start, restart, client, as };
}

describe("local DynamoDB", () => {
  const { run, start, restart, client } = dynamodbRun("test");

  it("starts nothing for a program without tables", async () => {
    await start(recording());
    assert.equal(run.context.addresses.variables().AWS_ENDPOINT_URL_DYNAMODB, undefined);
  });

  it("keeps items from one start to the next, and items of a table that is no longer declared", async () => {
    await start(recording(motorsTable()));
    await client().send(new PutItemCommand({ TableName: "motors", Item: item("Face/Off") }));
    await run.stop();
    run.context.recording = recording();
    await restart();
    await run.stop();
    run.context.recording = recording(motorsTable());
    await restart();
    const { Items } = await client().send(new ScanCommand({ TableName: "motors" }));
    assert.deepEqual(Items, [item("Face/Off")]);
  });

  it("refuses a table that DynamoDB would refuse, with DynamoDB's reason", async () => {
    await assert.rejects(start(recording(motorsTable({ rangeKey: "director" }))), {
      name: "UserError",
      message: /^Table motors: CreateTable: ValidationException .*director/,
    });
  });

  it("says what of its log could not be read, goes on with the rest, and refuses data that is damaged otherwise", async () => {
    await start(recording(motorsTable()));
    for (const year of ["1999", "2000"])
      await client().send(
        new PutItemCommand({
          TableName: "motors",
          Item: { year: { N: year }, title: { S: "x" }, text: { S: "x".repeat(40_000) } },
        }),
      );
    await run.stop();
    const folder = run.context.dataFolder("dynamodb");
    const logs = readdirSync(folder).filter((name) => name.endsWith(".log"));
    const log = path.join(folder, logs[0] ?? "");
    const bytes = readFileSync(log);
    bytes.fill(0xff, bytes.length - 20_000, bytes.length - 19_990);
    writeFileSync(log, bytes);
    await restart();
    assert.match(
      run.context.lines.join("\n"),
      /^DynamoDB: \/.*\.log is damaged \(checksum mismatch\): \d+ bytes of it are left out\.$/m,
    );
    const { Count } = await client().send(new ScanCommand({ TableName: "motors" }));
    assert.equal(Count, 1);
    await run.stop();

    const refused = { name: "UserError", message: /dynamodb cannot be read: .*npm start -- --reset/ };
    const manifest = path.join(folder, "CURRENT");
    const current = readFileSync(manifest);
    writeFileSync(manifest, "not a manifest\n");
    await assert.rejects(restart(), refused);
    writeFileSync(manifest, current);
    // Opened once more, what stood in the log stands in a table file.
    const tables = readdirSync(folder).filter((name) => name.endsWith(".ldb"));
    assert.notEqual(tables.length, 0);
    for (const name of tables) writeFileSync(path.join(folder, name), "damaged ".repeat(1000));
    await assert.rejects(restart(), refused);
  });

  it("says so when a file stands where its folder should be", async () => {
    await start(recording());
    rmSync(path.join(run.context.folder, "dynamodb"), { recursive: true, force: true });
    const file = path.join(run.context.folder, "a-file");
    writeFileSync(file, "");
    run.context.recording = recording(motorsTable());
    run.context.dataFolder = () => file;
    await assert.rejects(restart(), { name: "UserError", message: /a-file cannot be read/ });
  });
});

describe("what a program declares of DynamoDB", () => {
  const { run, start, client, as } = dynamodbRun("block");
  const table = motorsTable({
    attributes: [
      { name: "year", type: "N" },
      { name: "title", type: "S" },
      { name: "genre", type: "S" },
    ],
    globalSecondaryIndexes: [{ name: "byGenre", hashKey: "genre", projectionType: "KEYS_ONLY" }],
    localSecondaryIndexes: [{ name: "byGenreInYear", rangeKey: "genre", projectionType: "ALL" }],
  });
  const declared = resource("aws:dynamodb/tableItem:TableItem", "first", {
    tableName: "motors",
    item: JSON.stringify(item("Metropolis", { rating: { N: "8" } })),
  });
  let started: Awaited<ReturnType<typeof start>>;

  before(async () => {
    started = await start(recording(table, declared, role("reader")));
  });
  /** What a test has declared otherwise is as it was. */
  afterEach(async () => {
    await started.iam.update(run.context);
    await started.service.update(run.context);
  });

  it("is created: a table with its keys, indexes, account and region", async () => {
    const { Table } = await client().send(new DescribeTableCommand({ TableName: "motors" }));
    assert.equal(Table?.TableArn, arn);
    assert.equal(Table?.TableStatus, "ACTIVE");
    assert.deepEqual(
      Table?.KeySchema?.map(({ AttributeName }) => AttributeName),
      ["year", "title"],
    );
    assert.equal(Table?.GlobalSecondaryIndexes?.[0]?.IndexName, "byGenre");
    assert.deepEqual(
      Table?.LocalSecondaryIndexes?.[0]?.KeySchema?.map(({ AttributeName }) => AttributeName),
      ["year", "genre"],
    );
  });

  it("is named where it is kept and no longer declared", async () => {
    await started.service.update(run.context.with(recording()));
    assert.match(run.context.lines.join("\n"), /table motors is no longer declared/);
  });

  it("may be a new table and new permissions while it runs", async () => {
    await assert.rejects(as("reader").send(new ScanCommand({ TableName: "motors" })), {
      name: "AccessDeniedException",
    });
    const notes = resource("aws:dynamodb/table:Table", "notes", {
      name: "notes",
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
    });
    const changed = run.context.with(recording(table, notes, role("reader", allow("dynamodb:Scan"))));
    await started.iam.update(changed);
    await started.service.update(changed);
    await as("reader").send(new ScanCommand({ TableName: "motors" }));
    await client().send(new PutItemCommand({ TableName: "notes", Item: { id: { S: "1" } } }));
  });

  it("is an item that is put once", async () => {
    const key = { TableName: "motors", Key: item("Metropolis") };
    assert.deepEqual((await client().send(new GetItemCommand(key))).Item?.rating, { N: "8" });
    await client().send(
      new PutItemCommand({ TableName: "motors", Item: item("Metropolis", { rating: { N: "9" } }) }),
    );
    await started.service.update(run.context);
    assert.deepEqual((await client().send(new GetItemCommand(key))).Item?.rating, { N: "9" });
  });

  it("is refused where the keys of a table changed, with both and the way out", async () => {
    const changed = motorsTable({ rangeKey: undefined as never, attributes: [{ name: "year", type: "N" }] });
    await assert.rejects(started.service.update(run.context.with(recording(changed))), {
      name: "UserError",
      message:
        /motors is kept here with HASH year \(N\), RANGE title \(S\).*declares it with HASH year \(N\)\..*--reset/,
    });
  });
});

describe("a request to the local DynamoDB", () => {
  const { run, start, client, as } = dynamodbRun("block");
  const ownPartition = { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["1999"] } };
  const table = motorsTable({
    attributes: ["year:N", "title:S", "genre:S"].map((one) => {
      const [name = "", type = ""] = one.split(":");
      return { name, type };
    }),
    globalSecondaryIndexes: [{ name: "byTitle", hashKey: "title", projectionType: "ALL" }],
    localSecondaryIndexes: [{ name: "byGenre", rangeKey: "genre", projectionType: "ALL" }],
    ttl: { attributeName: "until", enabled: true },
    replicas: [{ regionName: "eu-west-1" }],
  });

  before(() =>
    start(
      recording(
        table,
        role("reader", allow("dynamodb:GetItem")),
        lambda("readMotor", "reader"),
        role("anywhere", allow("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/motors")),
        role("owner", { ...allow("dynamodb:*", "*"), Condition: ownPartition }),
        role("putter", allow("dynamodb:PutItem")),
        role("everything", allow("dynamodb:*", "*")),
        role("table", allow("dynamodb:Query")),
        role("index", allow("dynamodb:Query", `${arn}/index/*`)),
        role("nineties", { ...allow("dynamodb:*Item"), Condition: ownPartition }),
      ),
    ),
  );

  it("lets a role do what its policy allows and refuses the rest as AWS does", async () => {
    const reader = as("reader");
    await reader.send(new GetItemCommand({ TableName: "motors", Key: item("x") }));
    await assert.rejects(reader.send(new PutItemCommand({ TableName: "motors", Item: item("x") })), {
      name: "AccessDeniedException",
      message:
        "User: arn:aws:sts::123456789012:assumed-role/reader/readMotor is not authorized to perform: " +
        `dynamodb:PutItem on resource: ${arn} because no identity-based policy allows the dynamodb:PutItem action`,
    });
    // The line comes from the thread, on another way than the answer.
    const line = /Add to the policy of role reader: .*"Action": "dynamodb:PutItem"/;
    await eventually(() => run.context.lines.some((one) => line.test(one)));
  });

  it("is found by its own region and those of its replicas, after the permission is asked for", async () => {
    const Key = { year: { N: "1999" }, title: { S: "x" } };
    const get = (credentials: Credentials, region: string, TableName = "motors") =>
      client(credentials, region).send(new GetItemCommand({ TableName, Key }));
    const missing = { name: "ResourceNotFoundException", message: "Requested resource not found" };
    const [all, one] = [credentialsOf(roleArn("anywhere")), credentialsOf(roleArn("reader"))];
    for (const credentials of [all, operatorCredentials]) {
      await get(credentials, REGION);
      await get(credentials, "eu-west-1");
      await assert.rejects(get(credentials, "us-east-1"), missing);
      await assert.rejects(get(credentials, REGION, arn.replace(REGION, "us-east-1")), missing);
    }
    await get(one, REGION);
    await assert.rejects(get(one, "us-east-1"), {
      name: "AccessDeniedException",
      message: /on resource: arn:aws:dynamodb:us-east-1:123456789012:table\/motors/,
    });
  });

  it("takes a table's ARN wherever it takes its name, and answers by what the request called it", async () => {
    const Key = (year: string) => ({ year: { N: year }, title: { S: "x" } });
    await client().send(new PutItemCommand({ TableName: arn, Item: Key("1999") }));
    const reader = as("owner");
    assert.ok((await reader.send(new GetItemCommand({ TableName: arn, Key: Key("1999") }))).Item);
    await assert.rejects(reader.send(new GetItemCommand({ TableName: arn, Key: Key("2000") })), {
      name: "AccessDeniedException",
    });
    const batch = (...tables: string[]) =>
      reader.send(
        new BatchGetItemCommand({
          RequestItems: Object.fromEntries(tables.map((table) => [table, { Keys: [Key("1999")] }])),
        }),
      );
    assert.deepEqual(Object.keys((await batch(arn)).Responses ?? {}), [arn]);
    await assert.rejects(batch(arn, "motors"), { name: "ValidationException", message: /named twice/ });
    const foreign = arn.replace("123456789012", "999999999999");
    await assert.rejects(reader.send(new GetItemCommand({ TableName: foreign, Key: Key("1999") })), {
      name: "ResourceNotFoundException",
    });
    // No key of an item is part of what is asked of the table itself.
    assert.ok((await reader.send(new DescribeTableCommand({ TableName: arn }))).Table);
  });

  it("asks for the permission of every part of a batch and of a transaction", async () => {
    const batch = new BatchWriteItemCommand({
      RequestItems: { motors: [{ PutRequest: { Item: item("x") } }] },
    });
    await assert.rejects(as("putter").send(batch), {
      message: /perform: dynamodb:BatchWriteItem on resource/,
    });
    const Delete = { TableName: "motors", Key: item("x") };
    const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Delete }] });
    await assert.rejects(as("putter").send(transaction), {
      message: /perform: dynamodb:DeleteItem on resource/,
    });
  });

  it("says which attribute of a table expires an item", async () => {
    const { TimeToLiveDescription } = await client().send(
      new DescribeTimeToLiveCommand({ TableName: "motors" }),
    );
    assert.deepEqual(TimeToLiveDescription, { TimeToLiveStatus: "ENABLED", AttributeName: "until" });
    await assert.rejects(client().send(new DescribeTimeToLiveCommand({ TableName: "others" })), {
      name: "ResourceNotFoundException",
    });
  });

  it("refuses what dynalite takes in silence, and says what it leaves out", async () => {
    const select = new ScanCommand({ TableName: "motors", Select: "SPECIFIC_ATTRIBUTES" });
    await assert.rejects(client().send(select), { message: /^Must specify the AttributesToGet or Project/ });
    await assert.rejects(client().send(new ScanCommand({ TableName: "motors", Segment: 0 })), {
      name: "ValidationException",
      message: /^The TotalSegments parameter is required/,
    });
    const { ItemCollectionMetrics } = await client().send(
      new PutItemCommand({ TableName: "motors", Item: item("x"), ReturnItemCollectionMetrics: "SIZE" }),
    );
    assert.deepEqual(ItemCollectionMetrics, {
      ItemCollectionKey: { year: { N: "1999" } },
      SizeEstimateRangeGB: [0, 1],
    });
  });

  it("names an operation that is not there, and why", async () => {
    const everything = as("everything");
    await assert.rejects(everything.send(new DescribeLimitsCommand()), {
      name: "UnknownOperationException",
      message: "DescribeLimits is not there in the local DynamoDB: dynalite does not implement it.",
    });
  });

  it("asks for the permission on the index that is queried, not on its table", async () => {
    const query = new QueryCommand({
      TableName: "motors",
      IndexName: "byTitle",
      KeyConditionExpression: "title = :t",
      ExpressionAttributeValues: { ":t": { S: "x" } },
    });
    await as("index").send(query);
    await assert.rejects(as("table").send(query), {
      message: /table\/motors\/index\/byTitle because no identity/,
    });
  });

  it("judges dynamodb:LeadingKeys by the partition of the request", async () => {
    const put = (year: string) =>
      new PutItemCommand({ TableName: "motors", Item: { ...item("x"), year: { N: year } } });
    await as("nineties").send(put("1999"));
    await assert.rejects(as("nineties").send(put("2001")), { name: "AccessDeniedException" });
  });

  it("refuses a key nobody gave, a wrong secret and a request without signature", async () => {
    const scan = new ScanCommand({ TableName: "motors" });
    await assert.rejects(as("nobody").send(scan), { name: "UnrecognizedClientException" });
    const forged = { ...operatorCredentials, secretAccessKey: "guessed" };
    await assert.rejects(client(forged).send(scan), { name: "InvalidSignatureException" });
    const endpoint = run.context.addresses.variables().AWS_ENDPOINT_URL_DYNAMODB ?? "";
    const answer = await fetch(endpoint, {
      method: "POST",
      headers: { "x-amz-target": "DynamoDB_20120810.ListTables" },
      body: "{}",
    });
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /MissingAuthenticationTokenException/);
  });

  it("loses none of 100 conditional updates at once", async () => {
    const operator = client();
    await operator.send(
      new PutItemCommand({ TableName: "motors", Item: item("counted", { n: { N: "0" } }) }),
    );
    await Promise.all(
      Array.from({ length: 100 }, () =>
        operator.send(
          new UpdateItemCommand({
            TableName: "motors",
            Key: item("counted"),
            UpdateExpression: "ADD n :one",
            ExpressionAttributeValues: { ":one": { N: "1" } },
          }),
        ),
      ),
    );
    const { Item } = await operator.send(new GetItemCommand({ TableName: "motors", Key: item("counted") }));
    assert.deepEqual(Item?.n, { N: "100" });
  });
});
