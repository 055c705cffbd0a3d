import assert from "node:assert/strict";
import { type Credentials, credentialsOf, operatorCredentials } from "../../../local/iam/credentials.ts";
import type { Refusal } from "../../../local/iam/guard.ts";
import { IamService } from "../../../local/iam/service.ts";
import { LambdaApiService } from "../../../local/lambda-api/service.ts";
import { signedFetch } from "../support/signed-fetch.ts";
import { functionArn, lambda, resource, startRun, type TestRun } from "../workers/support.ts";

const CALLER = "arn:aws:iam::123456789012:role/caller";
const OF_ALIAS = "arn:aws:iam::123456789012:role/ofAlias";
const OF_FUNCTION = "arn:aws:iam::123456789012:role/ofFunction";
const OTHER = "arn:aws:iam::123456789012:role/other";
const role = (arn: string) =>
  resource("aws:iam/role:Role", arn.split("/")[1] ?? "", { name: arn.split("/")[1] ?? "" }, { arn });

const mayInvoke = (roleName: string, Resource: string) =>
  resource("aws:iam/rolePolicy:RolePolicy", `${roleName}-may-invoke`, {
    role: roleName,
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "lambda:InvokeFunction", Resource }],
    }),
  });

describe("the local Lambda's own interface", () => {
  let run: TestRun;
  let api: LambdaApiService;
  let endpoint: URL;
  const refusals: Refusal[] = [];

  before(async () => {
    run = await startRun([
      lambda(
        "echo",
        `exports.handler = async (event) => { console.log("seen", event.n); return { got: event }; };`,
        { publish: true },
      ),
      lambda("traced", `exports.handler = async () => process.env._X_AMZN_TRACE_ID;`),
      lambda("fails", `exports.handler = async () => { throw new TypeError("no"); };`),
      lambda("off", "exports.handler = async () => {};", { reservedConcurrentExecutions: 0 }),
      role(CALLER),
      role(OTHER),
      role(OF_ALIAS),
      role(OF_FUNCTION),
      mayInvoke("ofAlias", functionArn("echo:live")),
      mayInvoke("ofFunction", functionArn("echo")),
      resource("aws:lambda/alias:Alias", "live", {
        name: "live",
        functionName: "echo",
        functionVersion: "$LATEST",
      }),
      resource("aws:lambda/alias:Alias", "first", {
        name: "first",
        functionName: "echo",
        functionVersion: "1",
      }),
      lambda("device", "exports.handler = async (event, context) => context.clientContext ?? null;"),
      mayInvoke("caller", functionArn("*")),
    ]);
    const iam = new IamService();
    await iam.start(run.context);
    api = new LambdaApiService({
      invoker: run.workers,
      arnOf: (reference) => run.workers.arnOf(reference),
      guard: () => iam.guard,
      onRefusal: (refusal) => refusals.push(refusal),
    });
    await api.start(run.context);
    endpoint = new URL(run.context.addresses.variables().AWS_ENDPOINT_URL_LAMBDA ?? "");
  });
  after(async () => {
    await api.stop();
    await run.close();
  });

  interface Call {
    region?: string;
    service?: string;
    credentials?: Credentials;
    headers?: Record<string, string>;
    body?: string;
    method?: string;
  }

  async function call(
    path: string,
    {
      credentials = operatorCredentials,
      headers = {},
      body = "{}",
      method = "POST",
      region = "eu-central-1",
      service = "lambda",
    }: Call = {},
  ) {
    const request = { credentials, service, region, method, headers, body };
    const response = await signedFetch(new URL(path, endpoint), request);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
  }
  const invocations = (name: string) => `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;

  it("invokes and answers with what the function returned", async () => {
    const { status, headers, body } = await call(invocations("echo"), { body: `{"n":1}` });
    assert.deepEqual([status, body], [200, { got: { n: 1 } }]);
    assert.equal(headers.get("x-amz-executed-version"), "$LATEST");
    assert.equal(headers.has("x-amz-function-error"), false);
  });

  it("takes an ARN, and a qualifier in the query", async () => {
    assert.equal((await call(invocations(functionArn("echo")))).status, 200);
    assert.equal((await call(`${invocations("echo")}?Qualifier=%24LATEST`)).status, 200);
    assert.equal((await call(`${invocations("echo")}?Qualifier=nope`)).status, 404);
  });

  it("says which version was executed, by an alias, a version or either in the ARN", async () => {
    const executed = async (path: string) => (await call(path)).headers.get("x-amz-executed-version");
    assert.equal(await executed(`${invocations("echo")}?Qualifier=first`), "1");
    assert.equal(await executed(`${invocations("echo")}?Qualifier=1`), "1");
    assert.equal(await executed(invocations(functionArn("echo:first"))), "1");
    assert.equal(await executed(`${invocations("echo")}?Qualifier=live`), "$LATEST");
  });

  it("hands on what the caller says of its client, and refuses what is no JSON", async () => {
    const sending = (text: string) =>
      call(invocations("device"), {
        headers: { "x-amz-client-context": Buffer.from(text).toString("base64") },
      });
    assert.deepEqual((await sending('{"custom":{"a":1}}')).body, { custom: { a: 1 } });
    assert.equal((await call(invocations("device"))).body, null);
    const { status, body } = await sending("{");
    assert.deepEqual([status, body.message], [400, "Client context must be a valid Json."]);
  });

  it("says that the function failed, with status 200 as Lambda does", async () => {
    const { status, headers, body } = await call(invocations("fails"));
    assert.deepEqual([status, headers.get("x-amz-function-error")], [200, "Unhandled"]);
    assert.deepEqual([body.errorType, body.errorMessage], ["TypeError", "no"]);
  });

  it("gives the end of the log when it is asked for", async () => {
    const { headers } = await call(invocations("echo"), {
      body: `{"n":7}`,
      headers: { "x-amz-log-type": "Tail" },
    });
    const log = Buffer.from(headers.get("x-amz-log-result") ?? "", "base64").toString();
    assert.match(log, /^START RequestId: .*\n.*\tINFO\tseen 7\nEND RequestId: .*\nREPORT RequestId: .*\n$/);
  });

  it("hands on the trace of who calls, which every SDK sends", async () => {
    const header = "Root=1-67bf0000-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=0";
    const { body } = await call(invocations("traced"), { headers: { "x-amzn-trace-id": header } });
    assert.equal(body, header);
    assert.match((await call(invocations("traced"))).body, /^Root=1-[\da-f]{8}-[\da-f]{24};Parent=/);
  });

  it("accepts an asynchronous invocation, and a dry run", async () => {
    const event = await call(invocations("echo"), { headers: { "x-amz-invocation-type": "Event" } });
    assert.deepEqual([event.status, event.body], [202, undefined]);
    assert.equal(
      (await call(invocations("echo"), { headers: { "x-amz-invocation-type": "DryRun" } })).status,
      204,
    );
  });

  it("answers 429 for a throttled function, 404 for an unknown one, 400 for what is no JSON", async () => {
    const refused = async (...args: Parameters<typeof call>) => {
      const { status, headers } = await call(...args);
      return [status, headers.get("x-amzn-errortype")];
    };
    assert.deepEqual(await refused(invocations("off")), [429, "TooManyRequestsException"]);
    const { Reason, Type, message } = (await call(invocations("off"))).body;
    assert.deepEqual(
      [Reason, Type, message],
      ["ReservedFunctionConcurrentInvocationLimitExceeded", "User", "Rate Exceeded."],
    );
    assert.deepEqual(await refused(invocations("nope")), [404, "ResourceNotFoundException"]);
    assert.deepEqual(await refused(invocations("echo"), { body: "{" }), [
      400,
      "InvalidRequestContentException",
    ]);
    assert.deepEqual(await refused("/2015-03-31/functions", { body: "" }), [501, "UnsupportedOperation"]);
  });

  it("refuses an event over 6 MB", async () => {
    const { status } = await call(invocations("echo"), { body: JSON.stringify("x".repeat(6_291_456)) });
    assert.equal(status, 413);
  });

  it("lets a role invoke what its policies allow, and refuses others in AWS's words", async () => {
    assert.equal((await call(invocations("echo"), { credentials: credentialsOf(CALLER) })).status, 200);
    const { status, body } = await call(invocations("echo"), { credentials: credentialsOf(OTHER) });
    assert.equal(status, 403);
    assert.match(
      body.message,
      /assumed-role\/other\/\S+ is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:eu-central-1:123456789012:function:echo/,
    );
    assert.equal(refusals.at(-1)?.call.action, "lambda:InvokeFunction");
  });

  it("judges a call by an alias by the ARN of the alias", async () => {
    const status = async (arn: string, path: string) =>
      (await call(path, { credentials: credentialsOf(arn) })).status;
    for (const path of [invocations("echo:live"), `${invocations("echo")}?Qualifier=live`]) {
      assert.equal(await status(OF_ALIAS, path), 200);
      assert.equal(await status(OF_FUNCTION, path), 403);
      assert.match(refusals.at(-1)?.hint ?? "", /"Resource": "arn:aws:lambda:[^"]*:function:echo:live"/);
    }
    assert.equal(await status(OF_ALIAS, invocations("echo")), 403);
    assert.equal(await status(OF_FUNCTION, invocations("echo")), 200);
  });

  it("finds no function by another region, and takes no signature for another service", async () => {
    const credentials = credentialsOf(CALLER);
    const region = "us-east-1";
    const far = "arn:aws:lambda:us-east-1:123456789012:function:echo";
    const byName = await call(invocations("echo"), { credentials, region });
    assert.equal(byName.status, 403);
    assert.match(String(byName.body.message), new RegExp(`InvokeFunction on resource: ${far}`));
    const allowed = await call(invocations("echo"), { region });
    assert.deepEqual([allowed.status, allowed.body.message], [404, `Function not found: ${far}`]);
    const byArn = await call(invocations(functionArn("echo")), { credentials, region });
    assert.deepEqual(
      [byArn.status, byArn.body.message],
      [404, "Functions from 'eu-central-1' are not reachable in this region ('us-east-1')"],
    );
    const { status, body } = await call(invocations("echo"), { credentials, service: "sqs" });
    assert.deepEqual(
      [status, body.message],
      [403, "Credential should be scoped to correct service: 'lambda'."],
    );
    const wrong = await call(invocations("echo"), {
      credentials: { ...credentials, secretAccessKey: "another" },
    });
    assert.deepEqual(
      [wrong.status, wrong.body.message],
      [
        403,
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
      ],
    );
  });

  it("reads a function's name as Lambda does, and drops nothing of it", async () => {
    const status = async (path: string, options: Call = {}) => (await call(path, options)).status;
    for (const name of ["echo:live", "123456789012:function:echo", "function:echo", functionArn("echo:live")])
      assert.equal(await status(invocations(name)), 200, name);
    assert.equal(await status(`${invocations("echo:live")}?Qualifier=live`), 200);
    const twice = await call(`${invocations("echo:live")}?Qualifier=$LATEST`);
    assert.deepEqual(
      [twice.status, twice.body.message],
      [400, "The derived qualifier from the function name does not match the specified qualifier."],
    );
    for (const name of ["echo:live:x", "echo%zz", "echo%20", "arn:aws:sqs:eu-central-1:123456789012:echo"])
      assert.equal(await status(invocations(name)), 400, name);
    const foreign = functionArn("echo").replace("123456789012", "999999999999");
    assert.equal(await status(invocations(foreign)), 404);
    assert.equal(await status(invocations(foreign), { credentials: credentialsOf(CALLER) }), 403);
    assert.equal(await status(invocations("echo"), { headers: { "x-amz-invocation-type": "event" } }), 400);
  });

  it("refuses a request that nobody signed, or that was signed with a wrong secret", async () => {
    const unsigned = await fetch(new URL(invocations("echo"), endpoint), { method: "POST", body: "{}" });
    assert.equal(unsigned.status, 403);
    assert.equal(unsigned.headers.get("x-amzn-errortype"), "MissingAuthenticationTokenException");
    const wrong = await call(invocations("echo"), {
      credentials: { ...operatorCredentials, secretAccessKey: "guess" },
    });
    assert.deepEqual(
      [wrong.status, wrong.headers.get("x-amzn-errortype")],
      [403, "InvalidSignatureException"],
    );
  });
});
