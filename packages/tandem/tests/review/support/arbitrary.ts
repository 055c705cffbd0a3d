/** Any program: recordings of a few types whose names, inputs, aliases and secrets fast-check chooses. */
import fc from "fast-check";
import type { RecordedResource, Recording, Value, Values } from "../../../program/recording.ts";
import { recording, resource, urn } from "./recordings.ts";

const TABLE = "aws:dynamodb/table:Table";
const QUEUE = "aws:sqs/queue:Queue";
const FUNCTION = "aws:lambda/function:Function";
const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const API = "aws:apigatewayv2/api:Api";
const ROUTE = "aws:apigatewayv2/route:Route";

/** Few enough that two programs often declare the same. */
const name = fc.constantFrom("a", "b", "c", "d");
const word = fc.constantFrom("one", "two", "three");
const plain: fc.Arbitrary<Value> = fc.oneof(
  word,
  fc.boolean(),
  fc.integer({ min: 0, max: 3 }),
  fc.constant(null),
);
const secret = word.map((value): Value => ({ $: "secret", value: `secret-${value}` }));
const leaf: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: plain },
  secret,
  fc.constant<Value>({ $: "unknown" }),
);
const nested: fc.Arbitrary<Value> = fc.oneof(
  leaf,
  fc.array(leaf, { maxLength: 3 }),
  fc.dictionary(word, leaf, { maxKeys: 3 }),
  fc.array(fc.record({ name: word, value: leaf }), { maxLength: 2 }),
);

const table = name.chain((tableName) =>
  fc
    .record({
      hashKey: word,
      tags: fc.dictionary(word, leaf, { maxKeys: 2 }),
      other: nested,
      protect: fc.boolean(),
      aliases: fc.subarray(["a", "b", "c"], { maxLength: 1 }),
    })
    .map(({ protect, aliases, ...inputs }) =>
      resource(TABLE, tableName, inputs, {
        protect,
        aliases: aliases.filter((alias) => alias !== tableName).map((alias) => urn(TABLE, alias)),
      }),
    ),
);

const queue = fc
  .tuple(name, fc.dictionary(word, nested, { maxKeys: 3 }), fc.boolean())
  .map(([queueName, inputs, retainOnDelete]) => resource(QUEUE, queueName, inputs, { retainOnDelete }));

const lambda = fc
  .tuple(name, fc.dictionary(word, leaf, { maxKeys: 3 }), word, fc.array(statement(), { maxLength: 2 }))
  .map(([functionName, variables, code, statements]) =>
    functionWithRole(functionName, variables, code, statements),
  );

function statement(): fc.Arbitrary<Values> {
  return fc.record({
    Effect: fc.constantFrom("Allow", "Deny"),
    Action: fc.subarray(["s3:GetObject", "s3:PutObject", "s3:*"], { minLength: 1 }),
    Resource: fc.constantFrom<Value>("*", "arn:aws:s3:::one/*", ["arn:aws:s3:::two/*", "arn:aws:s3:::one/*"]),
  });
}

function functionWithRole(
  functionName: string,
  variables: Values,
  code: string,
  statements: Values[],
): RecordedResource[] {
  const arn = `arn:aws:iam::123456789012:role/${functionName}`;
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  return [
    resource(
      ROLE,
      functionName,
      {},
      { outputs: { arn, id: `role-${functionName}`, name: `role-${functionName}` } },
    ),
    resource(ROLE_POLICY, functionName, { role: `role-${functionName}`, policy }),
    resource(FUNCTION, functionName, {
      role: arn,
      environment: { variables },
      code: { $: "archive", assets: { "index.js": { $: "asset", text: code } } },
    }),
  ];
}

const api = fc
  .array(fc.record({ path: word, scopes: fc.subarray(["read", "write"]) }), { maxLength: 3 })
  .map((routes) => [
    resource(API, "api", { protocolType: "HTTP" }, { outputs: { id: "the-api" } }),
    ...routes.map(({ path, scopes }) =>
      resource(ROUTE, path, {
        apiId: "the-api",
        routeKey: `GET /${path}`,
        ...(scopes.length > 0 && { authorizationType: "JWT", authorizationScopes: scopes }),
      }),
    ),
  ]);

export const anyRecording: fc.Arbitrary<Recording> = fc
  .record({
    tables: fc.array(table, { maxLength: 3 }),
    queues: fc.array(queue, { maxLength: 3 }),
    functions: fc.array(lambda, { maxLength: 2 }),
    api,
    region: fc.constantFrom("eu-central-1", "us-east-1"),
    outputs: fc.dictionary(word, leaf, { maxKeys: 2 }),
  })
  .map(({ tables, queues, functions, api: routes, region, outputs }) =>
    recording(onePerUrn([...tables, ...queues, ...functions.flat(), ...routes]), {
      config: { "aws:region": region },
      outputs,
    }),
  );

function onePerUrn(resources: RecordedResource[]): RecordedResource[] {
  return [...new Map(resources.map((one) => [one.urn, one])).values()];
}
