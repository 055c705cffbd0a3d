/**
 * Calls whose answer AWS documents, as tables: each group names its page. A row is the answer, what it is about, and what
 * differs from the group's `with`: policies of a role (`role`, `managed`, `boundary`) or of resources (`bucket`, `queue`, `table`,
 * `permission` of a function), and a request. `if` and `unless` stand for a role that may do everything under that condition, or everything
 * but what meets it. "not judged": AWS decides by what this machine cannot know, and the refusal says so.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { dynamodbCalls } from "../../../local/iam/actions-dynamodb.ts";
import { s3Calls } from "../../../local/iam/actions-s3.ts";
import { sqsCalls } from "../../../local/iam/actions-sqs.ts";
import type { Call } from "../../../local/iam/evaluate.ts";
import { Guard } from "../../../local/iam/guard.ts";
import { malformedPolicies } from "../../../local/iam/malformed.ts";
import { rolesOf } from "../../../local/iam/policies.ts";
import type { RecordedResource, Value } from "../../../program/recording.ts";
import { bucket, lambda, queue, queueUrl, REGION, recording, resource, roleArn } from "./recordings.ts";

interface Case {
  role?: object[];
  managed?: string[];
  boundary?: object[];
  bucket?: object[];
  queue?: object[];
  table?: object[];
  permission?: Record<string, string>;
  if?: object;
  unless?: object;
  /** Of the role's and the boundary's documents; `none` leaves it out. */
  version?: string;
  /** `GetItem ferns`, with the rest of the request as `input`. */
  dynamodb?: string;
  sqs?: string;
  input?: Record<string, unknown>;
  /** `GET /imports/a` */
  s3?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Name and qualifier. */
  lambda?: string;
  /** `GET /ferns` */
  api?: string;
}

interface Group {
  page: string;
  with?: Case;
  rows: [answer: string, what: string, row: Case][];
}

const PARTS: Record<string, string> = {
  table: "arn:aws:dynamodb:eu-central-1:123456789012:table/",
  queue: "arn:aws:sqs:eu-central-1:123456789012:",
  bucket: "arn:aws:s3:::",
  function: "arn:aws:lambda:eu-central-1:123456789012:function:",
  api: "arn:aws:execute-api:eu-central-1:123456789012:a1/",
};
const EVERYTHING = { Effect: "Allow", Action: "*", Resource: "*" };

describe("calls that AWS documents", () => {
  let count = 0;
  for (const file of ["elements", "conditions", "principals", "requests"]) {
    describe(file, () => {
      for (const group of groups(file)) {
        for (const [answer, what, row] of group.rows) {
          count++;
          it(`${what}: ${answer}`, () =>
            assert.equal(answerOf(completed(row, group.with)), answer, group.page));
        }
      }
    });
  }

  it("are at least 280, each with a page of AWS", () => {
    assert.ok(count >= 280, `${count} rows`);
    for (const file of ["elements", "conditions", "principals", "requests"])
      for (const { page } of groups(file)) assert.match(page, /^https:\/\/docs\.aws\.amazon\.com\/.+\.html/);
  });
});

function groups(file: string): Group[] {
  return parse(readFileSync(new URL(`documented/${file}.yaml`, import.meta.url), "utf8")) as Group[];
}

const REQUESTS = ["dynamodb", "sqs", "s3", "lambda", "api"] as const;

/** A request of its own takes the place of the group's. */
function completed(row: Case, common: Case = {}): Case {
  const shared = { ...common };
  if (REQUESTS.some((kind) => row[kind] !== undefined)) for (const kind of REQUESTS) delete shared[kind];
  return { ...shared, ...row };
}

function answerOf(row: Case): string {
  const program = recording(...programOf(row));
  if (malformedPolicies(program).length > 0) return "malformed";
  const roles = rolesOf(program);
  const [role] = roles;
  assert.ok(role);
  const refusal = new Guard(roles).refusal({ role, arn: role.arn, region: REGION }, callsOf(row));
  if (refusal === undefined) return "allowed";
  const { message, hint } = refusal;
  if (/cannot judge a statement|does not know what/.test(message)) return "not judged";
  if (/with an explicit deny in/.test(message)) return "explicit deny";
  assert.match(message, /because no [\w -]+ allows/);
  assert.match(hint, /Add to the policy of role r/);
  return "denied";
}

function programOf(row: Case): RecordedResource[] {
  const own = row.if
    ? [{ ...EVERYTHING, Condition: row.if }]
    : row.unless
      ? [EVERYTHING, { Effect: "Deny", Action: "*", Resource: "*", Condition: row.unless }]
      : (row.role ?? []);
  const boundary = "arn:aws:iam::123456789012:policy/boundary";
  const inputs: Record<string, Value> = {
    name: "r",
    inlinePolicies: own.length === 0 ? [] : [{ name: "inline", policy: document(own, row.version) }],
    managedPolicyArns: (row.managed ?? []).map((name) => `arn:aws:iam::aws:policy/${name}`),
  };
  if (row.boundary) inputs.permissionsBoundary = boundary;
  const attached: [string, string, Record<string, Value>, object[] | undefined][] = [
    ["aws:iam/policy:Policy", "boundary", { arn: boundary }, row.boundary],
    ["aws:s3/bucketPolicy:BucketPolicy", "on-bucket", { bucket: "imports" }, row.bucket],
    ["aws:sqs/queuePolicy:QueuePolicy", "on-queue", { queueUrl: queueUrl("changes") }, row.queue],
    [
      "aws:dynamodb/resourcePolicy:ResourcePolicy",
      "on-table",
      { resourceArn: expanded("table:ferns") },
      row.table,
    ],
  ];
  const permission: Record<string, Value> = {
    function: "f",
    action: "lambda:InvokeFunction",
    ...row.permission,
  };
  return [
    resource("aws:iam/role:Role", "r", inputs, { arn: roleArn("r") }),
    lambda("f", "r"),
    bucket("imports"),
    queue("changes"),
    ...attached.flatMap(([type, name, about, statements]) =>
      statements ? [resource(type, name, { ...about, policy: document(statements, row.version) })] : [],
    ),
    ...(row.permission ? [resource("aws:lambda/permission:Permission", "p", permission)] : []),
  ];
}

function document(statements: object[], version = "2012-10-17"): string {
  const Statement = statements.map((statement) => written(statement as Record<string, unknown>));
  return JSON.stringify(version === "none" ? { Statement } : { Version: version, Statement });
}

/** `{ allow: …, on: …, to: …, if: … }` as a statement of IAM; one that is already is left as it is. */
function written({ allow, deny, on, to, if: condition, ...statement }: Record<string, unknown>): object {
  return allow === undefined && deny === undefined
    ? statement
    : {
        Effect: allow === undefined ? "Deny" : "Allow",
        Action: allow ?? deny,
        Resource: [on].flat().map((resource) => expanded(String(resource))),
        ...(to === undefined ? {} : { Principal: to }),
        ...(condition === undefined ? {} : { Condition: condition }),
      };
}

/** `queue:changes` → its ARN */
function expanded(resource: string): string {
  const [, kind = "", rest = ""] = /^(\w+):(.*)$/s.exec(resource) ?? [];
  return kind in PARTS ? `${PARTS[kind]}${rest}` : resource;
}

function callsOf({
  dynamodb,
  sqs,
  s3,
  lambda: called,
  api,
  input = {},
  headers = {},
  body = "",
}: Case): Call[] {
  const calls = () => {
    if (dynamodb !== undefined) {
      const [operation = "", TableName] = dynamodb.split(" ");
      const partitionKey = (table: string) => (table === "ferns" ? "year" : undefined);
      const named = TableName === undefined ? input : { TableName, ...input };
      return dynamodbCalls({ operation, input: named, region: REGION, partitionKey });
    }
    if (sqs !== undefined) {
      const [operation = "", name = ""] = sqs.split(" ");
      const named = /^(Create|Get)Queue(Url)?$/.test(operation)
        ? { QueueName: name }
        : { QueueUrl: queueUrl(name) };
      return sqsCalls({ operation, input: { ...named, ...input }, region: REGION });
    }
    if (s3 !== undefined) {
      const [method = "", ...url] = s3.split(" ");
      return s3Calls({ method, url: url.join(" "), headers, body: Buffer.from(body) });
    }
    if (called !== undefined)
      return [{ action: "lambda:InvokeFunction", resource: expanded(`function:${called}`), context: {} }];
    const [method, path] = (api ?? "").split(" ");
    return [{ action: "execute-api:Invoke", resource: expanded(`api:dev/${method}${path}`), context: {} }];
  };
  const known = calls();
  assert.ok(known !== undefined && known.length > 0, "a row says what is asked for");
  return known;
}
