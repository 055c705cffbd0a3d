/** Recorded programs written by hand, and a context to realise them in, for the tests of the stores. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createAddresses } from "../../../local/addresses.ts";
import { anyPorts } from "../../../local/kept-ports.ts";
import type { LocalContext } from "../../../local/service.ts";
import { ACCOUNT_ID } from "../../../program/reading/arn.ts";
import type { RecordedResource, Recording, Value, Values } from "../../../program/recording.ts";
import { recordedProgram, recordedResource } from "../../support/recordings.ts";

export const REGION = "eu-central-1";

export function resource(type: string, name: string, inputs: Values, outputs: Values = {}): RecordedResource {
  return recordedResource({ type, name, inputs, outputs: { ...inputs, ...outputs }, id: name });
}

export const recording = (...resources: RecordedResource[]): Recording => recordedProgram(resources);

export const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT_ID}:role/${name}`;

/** A role with one inline policy of these statements. */
export function role(name: string, ...statements: Value[]): RecordedResource {
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  return resource(
    "aws:iam/role:Role",
    name,
    { name, inlinePolicies: [{ name: "inline", policy }] },
    { arn: roleArn(name) },
  );
}

/** That role, which a service of AWS may assume. */
export function trusting(service: string, made: RecordedResource): RecordedResource {
  const statement = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } };
  const assumeRolePolicy = JSON.stringify({ Statement: statement });
  return { ...made, inputs: { ...made.inputs, assumeRolePolicy } };
}

export function lambda(name: string, role: string): RecordedResource {
  return resource(
    "aws:lambda/function:Function",
    name,
    { name, role: roleArn(role) },
    { arn: `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:${name}` },
  );
}

export interface TestContext extends LocalContext {
  /** Every line for the terminal so far. */
  lines: string[];
  folder: string;
  /** The same folder and addresses, another program. */
  with(other: Recording): TestContext;
  remove(): void;
}

export function testContext(recorded: Recording): TestContext {
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-"));
  const lines: string[] = [];
  const context: TestContext = {
    recording: recorded,
    dataFolder: (service) => {
      const own = path.join(folder, service);
      mkdirSync(own, { recursive: true });
      return own;
    },
    log: (line) => lines.push(line),
    signal: new AbortController().signal,
    addresses: createAddresses(),
    ports: anyPorts,
    lines,
    folder,
    with: (other) => ({ ...context, recording: other }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  return context;
}

export const queueArn = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${name}`;
export const queueUrl = (name: string) => `https://sqs.${REGION}.amazonaws.com/${ACCOUNT_ID}/${name}`;

export function queue(name: string, inputs: Values = {}): RecordedResource {
  return resource(
    "aws:sqs/queue:Queue",
    name,
    { name, ...inputs },
    { arn: queueArn(name), url: queueUrl(name) },
  );
}

export const tableArn = (name: string) => `arn:aws:dynamodb:${REGION}:${ACCOUNT_ID}:table/${name}`;

/** Its key is `id`, a text. */
export function table(name: string, inputs: Values = {}, outputs: Values = {}): RecordedResource {
  return resource(
    "aws:dynamodb/table:Table",
    name,
    {
      name,
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
      ...inputs,
    },
    { arn: tableArn(name), ...outputs },
  );
}

export function bucket(name: string, inputs: Values = {}): RecordedResource {
  return resource("aws:s3/bucket:Bucket", name, { bucket: name, ...inputs }, { arn: `arn:aws:s3:::${name}` });
}
