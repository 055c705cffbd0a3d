/** Answers as AWS was recorded to give them, or as its pages of the API say; see docs/decisions/136. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, rmSync, statSync } from "node:fs";
import { get as httpGet, type IncomingMessage } from "node:http";
import path from "node:path";
import { type Credentials, credentialsOf, operatorCredentials } from "../../../local/iam/credentials.ts";
import { JsonClient, ServiceError } from "../../../local/json-client.ts";
import { OtherAwsService } from "../../../local/other-services/service.ts";
import { parityRows } from "../../../local/parity.ts";
import { SecretsAndParametersService } from "../../../local/secrets-and-parameters/service.ts";
import type { RecordedResource, Value, Values } from "../../../program/recording.ts";
import {
  REGION,
  recording,
  resource,
  role,
  roleArn,
  type TestContext,
  testContext,
} from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

const secretArn = (name: string) => `arn:aws:secretsmanager:${REGION}:123456789012:secret:${name}-AbCdEf`;
const parameterArn = (name: string) =>
  `arn:aws:ssm:${REGION}:123456789012:parameter/${name.replace(/^\//, "")}`;
const KEY = `arn:aws:kms:${REGION}:123456789012:key/k-1`;
const EXTENSION = `arn:aws:lambda:${REGION}:187925254637:layer:AWS-Parameters-and-Secrets-Lambda-Extension:12`;

const secret = (name: string, inputs: Values = {}) =>
  resource("aws:secretsmanager/secret:Secret", name, { name, ...inputs }, { name, arn: secretArn(name) });
const version = (of: string, secretString: Value, more: Values = {}) =>
  resource("aws:secretsmanager/secretVersion:SecretVersion", `${of}-version`, {
    secretId: secretArn(of),
    secretString,
    ...more,
  });
const parameter = (name: string, inputs: Values) =>
  resource("aws:ssm/parameter:Parameter", name, { name, ...inputs }, { name, arn: parameterArn(name) });
const allow = (Action: string | string[], Resource: string | string[]) => ({
  Effect: "Allow",
  Action,
  Resource,
});

const declared: RecordedResource[] = [
  secret("shop/key", { description: "Of the shop", tags: { team: "a" } }),
  version("shop/key", { $: "secret", value: "my_secret" }),
  secret("random"),
  version("random", { $: "unknown" }),
  secret("empty"),
  secret("bytes"),
  version("bytes", null, { secretBinary: "AAEC" }),
  resource("aws:kms/key:Key", "key", {}, { arn: KEY, keyId: "k-1" }),
  secret("keyed", { kmsKeyId: KEY }),
  version("keyed", "under a key"),
  parameter("/shop/limit", { type: "String", value: "7" }),
  parameter("/shop/deep/key", { type: "SecureString", value: { $: "secret", value: "hidden" } }),
  parameter("/shop/list", { type: "StringList", value: "a,b" }),
  parameter("plain", { type: "String", value: "p" }),
  role(
    "reader",
    allow("secretsmanager:GetSecretValue", [secretArn("shop/key"), secretArn("keyed")]),
    allow(["ssm:GetParameter", "ssm:GetParameters"], parameterArn("/shop/limit")),
  ),
  role("keyed", allow("secretsmanager:GetSecretValue", secretArn("keyed")), allow("kms:Decrypt", KEY)),
];

describe("secrets and parameters", () => {
  const run = serviceRun();
  let service: SecretsAndParametersService;
  const file = () => path.join(run.context.folder, "secrets-and-parameters", "values.json");

  async function start(context: TestContext): Promise<void> {
    const iam = await run.begin(context);
    const otherServices = new OtherAwsService(iam);
    service = new SecretsAndParametersService({ otherServices, iam, extensionPort: 0 });
    await run.start(otherServices, service);
  }

  const restart = (resources: RecordedResource[]) => start(run.context.with(recording(...resources)));

  beforeEach(() => start(testContext(recording(...declared))));

  const asRole = (name: string) => credentialsOf(roleArn(name));

  function call(
    service: "secretsmanager" | "ssm",
    operation: string,
    input: object,
    credentials: Credentials = operatorCredentials,
    // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
  ): Promise<any> {
    const endpoint = new URL(run.context.addresses.variables().AWS_ENDPOINT_URL ?? "");
    const target = service === "ssm" ? "AmazonSSM" : "secretsmanager";
    return new JsonClient({ endpoint, service, target, region: REGION, credentials }).call(operation, input);
  }
  const secretsManager = (operation: string, input: object, credentials?: Credentials) =>
    call("secretsmanager", operation, input, credentials);
  const ssm = (operation: string, input: object, credentials?: Credentials) =>
    call("ssm", operation, input, credentials);

  const refused = (promise: Promise<unknown>, code: string, detail: RegExp | string) =>
    assert.rejects(promise, (error: unknown) => {
      assert.ok(error instanceof ServiceError, String(error));
      assert.equal(error.code, code);
      if (typeof detail === "string") assert.equal(error.detail, detail);
      else assert.match(error.detail, detail);
      return true;
    });

  it("gives the value of a secret by its name, its ARN, and its ARN without the end", async () => {
    for (const SecretId of ["shop/key", secretArn("shop/key"), secretArn("shop/key").slice(0, -7)]) {
      const { CreatedDate, VersionId, ...rest } = await secretsManager("GetSecretValue", { SecretId });
      assert.equal(typeof CreatedDate, "number");
      assert.match(VersionId, /^[0-9a-f-]{36}$/);
      assert.deepEqual(rest, {
        ARN: secretArn("shop/key"),
        Name: "shop/key",
        SecretString: "my_secret",
        VersionStages: ["AWSCURRENT"],
      });
    }
    assert.equal((await secretsManager("GetSecretValue", { SecretId: "bytes" })).SecretBinary, "AAEC");
  });

  it("makes up once what only a deployment knows, and keeps it in a file for its owner alone", async () => {
    const { SecretString: made } = await secretsManager("GetSecretValue", { SecretId: "random" });
    assert.match(made, /^[\w-]{32}$/);
    assert.equal(statSync(file()).mode & 0o777, 0o600);
    await run.stop();
    await restart(declared);
    assert.equal((await secretsManager("GetSecretValue", { SecretId: "random" })).SecretString, made);
    assert.equal(run.context.lines.join("\n").includes(made), false);
  });

  it("puts a new version, and still knows the one before", async () => {
    const first = await secretsManager("GetSecretValue", { SecretId: "shop/key" });
    const put = await secretsManager("PutSecretValue", { SecretId: "shop/key", SecretString: "new_secret" });
    assert.deepEqual(put, {
      ARN: secretArn("shop/key"),
      Name: "shop/key",
      VersionId: put.VersionId,
      VersionStages: ["AWSCURRENT"],
    });
    assert.equal(
      (await secretsManager("GetSecretValue", { SecretId: "shop/key" })).SecretString,
      "new_secret",
    );
    const previous = await secretsManager("GetSecretValue", {
      SecretId: "shop/key",
      VersionStage: "AWSPREVIOUS",
    });
    assert.deepEqual([previous.SecretString, previous.VersionId], ["my_secret", first.VersionId]);
    const { VersionIdsToStages, Description, Tags } = await secretsManager("DescribeSecret", {
      SecretId: "shop/key",
    });
    assert.deepEqual(VersionIdsToStages, {
      [first.VersionId]: ["AWSPREVIOUS"],
      [put.VersionId]: ["AWSCURRENT"],
    });
    assert.deepEqual([Description, Tags], ["Of the shop", [{ Key: "team", Value: "a" }]]);
  });

  it("takes the same request to put once, and refuses another value under its token", async () => {
    const ClientRequestToken = "11111111-2222-4333-8444-555555555555";
    const put = () =>
      secretsManager("PutSecretValue", { SecretId: "empty", SecretString: "x", ClientRequestToken });
    assert.equal((await put()).VersionId, ClientRequestToken);
    assert.equal((await put()).VersionId, ClientRequestToken);
    await refused(
      secretsManager("PutSecretValue", { SecretId: "empty", SecretString: "y", ClientRequestToken }),
      "ResourceExistsException",
      /already in use/,
    );
  });

  it("keeps what was put from start to start, until the program gives another value", async () => {
    await secretsManager("PutSecretValue", { SecretId: "shop/key", SecretString: "put" });
    await ssm("PutParameter", { Name: "plain", Value: "q", Overwrite: true });
    await run.stop();
    await restart(declared);
    assert.equal((await secretsManager("GetSecretValue", { SecretId: "shop/key" })).SecretString, "put");
    assert.equal((await ssm("GetParameter", { Name: "plain" })).Parameter.Value, "q");
    const changed = declared.map((one) =>
      one.name === "shop/key-version" ? version("shop/key", "given anew") : one,
    );
    await service.update(run.context.with(recording(...changed)));
    assert.equal(
      (await secretsManager("GetSecretValue", { SecretId: "shop/key" })).SecretString,
      "given anew",
    );
  });

  it("says in AWS's words what is not there", async () => {
    const notFound = "Secrets Manager can't find the specified secret";
    await refused(
      secretsManager("GetSecretValue", { SecretId: "none" }),
      "ResourceNotFoundException",
      `${notFound}.`,
    );
    await refused(
      secretsManager("GetSecretValue", { SecretId: "empty" }),
      "ResourceNotFoundException",
      `${notFound} value for staging label: AWSCURRENT`,
    );
    await refused(
      secretsManager("GetSecretValue", { SecretId: "shop/key", VersionId: "v" }),
      "ResourceNotFoundException",
      `${notFound} value for VersionId: v`,
    );
    await refused(ssm("GetParameter", { Name: "/none" }), "ParameterNotFound", "");
    await refused(
      ssm("PutParameter", { Name: "plain", Value: "x" }),
      "ParameterAlreadyExists",
      /set the overwrite option in the request to true\.$/,
    );
  });

  it("reads several secrets at once, and says for each what is wrong", async () => {
    const { SecretValues, Errors } = await secretsManager("BatchGetSecretValue", {
      SecretIdList: ["shop/key", "none"],
    });
    assert.deepEqual(
      SecretValues.map(({ SecretString }: { SecretString: string }) => SecretString),
      ["my_secret"],
    );
    assert.deepEqual(Errors, [
      {
        SecretId: "none",
        ErrorCode: "ResourceNotFoundException",
        Message: "Secrets Manager can't find the specified secret.",
      },
    ]);
    await refused(
      secretsManager("BatchGetSecretValue", { Filters: [{ Key: "name", Values: ["shop"] }] }),
      "NotImplemented",
      /knows no Filters/,
    );
  });

  it("gives parameters, those of SecureString decrypted only where that is asked", async () => {
    const { Parameter } = await ssm("GetParameter", { Name: "/shop/limit" });
    const { LastModifiedDate, ...rest } = Parameter;
    assert.equal(typeof LastModifiedDate, "number");
    assert.deepEqual(rest, {
      Name: "/shop/limit",
      Type: "String",
      Value: "7",
      Version: 1,
      ARN: parameterArn("/shop/limit"),
      DataType: "text",
    });
    const hidden = (await ssm("GetParameter", { Name: "/shop/deep/key" })).Parameter;
    assert.equal(hidden.Type, "SecureString");
    assert.doesNotMatch(hidden.Value, /hidden/);
    assert.equal(
      (await ssm("GetParameter", { Name: "/shop/deep/key", WithDecryption: true })).Parameter.Value,
      "hidden",
    );
    assert.equal((await ssm("GetParameter", { Name: parameterArn("plain") })).Parameter.Value, "p");
  });

  it("gives a version of a parameter that is named", async () => {
    assert.deepEqual(await ssm("PutParameter", { Name: "plain", Value: "second", Overwrite: true }), {
      Version: 2,
      Tier: "Standard",
    });
    const first = (await ssm("GetParameter", { Name: "plain:1" })).Parameter;
    assert.deepEqual([first.Value, first.Version, first.Selector], ["p", 1, ":1"]);
    assert.equal((await ssm("GetParameter", { Name: "plain" })).Parameter.Value, "second");
    await refused(
      ssm("GetParameter", { Name: "plain:3" }),
      "ParameterVersionNotFound",
      /could not find version 3 of plain/,
    );
  });

  it("gives several, and those below a path", async () => {
    const { Parameters, InvalidParameters } = await ssm("GetParameters", { Names: ["/shop/limit", "none"] });
    assert.deepEqual([Parameters.length, InvalidParameters], [1, ["none"]]);
    const names = async (input: object) =>
      (await ssm("GetParametersByPath", { Path: "/shop", ...input })).Parameters.map(
        ({ Name }: { Name: string }) => Name,
      );
    assert.deepEqual(await names({}), ["/shop/limit", "/shop/list"]);
    assert.deepEqual(await names({ Recursive: true }), ["/shop/deep/key", "/shop/limit", "/shop/list"]);
    const { NextToken } = await ssm("GetParametersByPath", {
      Path: "/shop/",
      Recursive: true,
      MaxResults: 2,
    });
    assert.deepEqual(await names({ Recursive: true, MaxResults: 2, NextToken }), ["/shop/list"]);
  });

  it("lets a role read what its policies allow, and refuses the rest in AWS's words", async () => {
    const reader = asRole("reader");
    assert.equal(
      (await secretsManager("GetSecretValue", { SecretId: "shop/key" }, reader)).SecretString,
      "my_secret",
    );
    assert.equal((await ssm("GetParameter", { Name: "/shop/limit" }, reader)).Parameter.Value, "7");
    await refused(
      secretsManager("GetSecretValue", { SecretId: "random" }, reader),
      "AccessDeniedException",
      `User: arn:aws:sts::123456789012:assumed-role/reader/reader is not authorized to perform: secretsmanager:GetSecretValue on resource: ${secretArn("random")} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
    );
    await refused(
      secretsManager("PutSecretValue", { SecretId: "shop/key", SecretString: "x" }, reader),
      "AccessDeniedException",
      /PutSecretValue/,
    );
    await refused(
      ssm("GetParameter", { Name: "plain" }, reader),
      "AccessDeniedException",
      /ssm:GetParameter on resource: .*parameter\/plain /,
    );
    await refused(
      ssm("GetParametersByPath", { Path: "/shop" }, reader),
      "AccessDeniedException",
      /parameter\/shop /,
    );
    // Whoever may not see it does not learn that it is not there.
    await refused(
      secretsManager("GetSecretValue", { SecretId: "none" }, reader),
      "AccessDeniedException",
      /secret:none /,
    );
  });

  it("wants leave to decrypt where a key of the program that IAM alone decides about encrypts", async () => {
    await refused(
      secretsManager("GetSecretValue", { SecretId: "keyed" }, asRole("reader")),
      "AccessDeniedException",
      "Access to KMS is not allowed",
    );
    assert.equal(
      (await secretsManager("GetSecretValue", { SecretId: "keyed" }, asRole("keyed"))).SecretString,
      "under a key",
    );
  });

  it("refuses everything else of both services by name", async () => {
    await refused(
      secretsManager("RotateSecret", { SecretId: "shop/key" }),
      "NotImplemented",
      /^RotateSecret: the local Secrets Manager knows only /,
    );
    await refused(
      ssm("SendCommand", {}),
      "NotImplemented",
      /^SendCommand: the local Parameter Store knows only /,
    );
    await refused(
      ssm("PutParameter", { Name: "another", Value: "x", Type: "String" }),
      "NotImplemented",
      /another is none of the program's parameters/,
    );
  });

  it("answers at the address of AWS's extension, by a session's token", async () => {
    await run.stop();
    const lambda = resource("aws:lambda/function:Function", "f", {
      layers: [EXTENSION],
      role: roleArn("reader"),
    });
    await restart([...declared, lambda]);
    const token = asRole("reader").sessionToken;
    const get = async (
      target: string,
      headers: Record<string, string> = { "X-Aws-Parameters-Secrets-Token": token },
    ) => {
      const response = await fetch(`http://localhost:${service.extensionPort}${target}`, { headers });
      return { status: response.status, text: await response.text() };
    };
    assert.equal(
      JSON.parse((await get("/secretsmanager/get?secretId=shop%2Fkey")).text).SecretString,
      "my_secret",
    );
    assert.equal(
      JSON.parse((await get("/systemsmanager/parameters/get?name=%2Fshop%2Flimit")).text).Parameter.Value,
      "7",
    );
    assert.deepEqual(
      [(await get("/secretsmanager/get?secretId=random")).status, (await get("/else")).status],
      [400, 404],
    );
    assert.equal((await get("/secretsmanager/get?secretId=shop%2Fkey", {})).status, 401);
    // No URL: the run goes on.
    const odd = httpGet({ host: "127.0.0.1", port: service.extensionPort, path: "//" });
    const [answer] = (await once(odd, "response")) as [IncomingMessage];
    answer.resume();
    assert.equal(answer.statusCode, 404);
  });

  it("is nothing for a program without them", async () => {
    await run.stop();
    rmSync(path.join(run.context.folder, "secrets-and-parameters"), { recursive: true });
    await restart([]);
    await refused(
      secretsManager("GetSecretValue", { SecretId: "x" }),
      "NotImplemented",
      /secretsmanager is not there in the local run/,
    );
    assert.throws(() => readFileSync(file()), { code: "ENOENT" });
    assert.equal(service.extensionPort, undefined);
  });

  it("is realised, and what does something in the cloud alone is not", () => {
    const rotation = resource("aws:secretsmanager/secretRotation:SecretRotation", "rotation", {});
    const rows = parityRows(recording(...declared, rotation), [service]);
    const state = (type: string) => rows.find((row) => row.type === type)?.state;
    assert.equal(state("aws:secretsmanager/secret:Secret"), "realised");
    assert.equal(state("aws:ssm/parameter:Parameter"), "realised");
    assert.equal(state("aws:secretsmanager/secretRotation:SecretRotation"), "unsupported");
  });
});
