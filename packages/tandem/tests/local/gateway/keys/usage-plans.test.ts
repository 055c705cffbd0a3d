import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { GatewayService } from "../../../../local/gateway/service.ts";
import { Guard } from "../../../../local/iam/guard.ts";
import { serviceInformation } from "../../../../local/service-information.ts";
import { text } from "../../../../program/reading/value.ts";
import { record } from "../../../../program/record.ts";
import type { RecordedResource, Recording, Value, Values } from "../../../../program/recording.ts";
import {
  API_ID,
  contextOf,
  EXECUTION_ARN,
  FakeInvoker,
  functionArn,
  handlerOf,
  headerValues,
  permission,
  recordingOf,
  requestOf,
  resource,
  restProgram,
  servedBy,
  TIME,
} from "../programs.ts";

const SECOND = 1_000;
const DAY = 86_400 * SECOND;

function key(name: string, value: Value, inputs: Values = {}): RecordedResource {
  return resource("aws:apigateway/apiKey:ApiKey", name, inputs, { value });
}

/** A plan of the stage `dev`, with its keys. */
function plan(name: string, inputs: Values, ...keys: string[]): RecordedResource[] {
  return [
    resource("aws:apigateway/usagePlan:UsagePlan", name, {
      apiStages: [{ apiId: API_ID, stage: "dev" }],
      ...inputs,
    }),
    ...keys.map((one) =>
      resource("aws:apigateway/usagePlanKey:UsagePlanKey", `${name}-${one}`, {
        keyId: `${one}-id`,
        keyType: "API_KEY",
        usagePlanId: `${name}-id`,
      }),
    ),
  ];
}

const one = key("one", "value-of-key-one-1234");
const off = key("off", "value-of-key-off-1234", { enabled: false });
const free = key("free", "value-of-key-free-123");

function program(more: RecordedResource[], api: Values = {}, method: Values = {}): Recording {
  return restProgram({
    methods: {
      "GET /a": { function: "f", apiKeyRequired: true, ...method },
      "GET /b": { function: "f", apiKeyRequired: true },
      "GET /open": "f",
    },
    api,
    more,
  });
}

/** One after the other: status, and what the caller is told. */
async function statuses(
  recording: Recording,
  ...requests: { value?: string; path?: string; time?: number }[]
) {
  const handler = handlerOf(recording, new FakeInvoker(() => ({ statusCode: 200, body: "fine" })));
  const reported: unknown[] = [];
  for (const { value, path = "/dev/a", time = TIME } of requests) {
    const headers = value === undefined ? [] : ["X-API-Key", value];
    const { answer } = await handler.handle(requestOf(`GET ${path}`, { headers, time }));
    const [type] = headerValues(answer, "x-amzn-errortype");
    reported.push(answer.status === 200 ? 200 : [answer.status, type, answer.body]);
  }
  return reported;
}

const forbidden = [403, "ForbiddenException", '{"message":"Forbidden"}'];
const throttled = [429, "TooManyRequestsException", '{"message":"Too Many Requests"}'];
const used = [429, "LimitExceededException", '{"message":"Limit Exceeded"}'];
const own = { value: "value-of-key-one-1234" };

describe("a method that wants an API key", () => {
  const recording = program([one, off, free, ...plan("plan", {}, "one", "off")]);

  it("is called with an enabled key of a usage plan of its stage, by HTTP", async () => {
    const invoker = new FakeInvoker((event: APIGatewayProxyEvent) => ({
      statusCode: 200,
      body: JSON.stringify([event.requestContext.identity.apiKey, event.requestContext.identity.apiKeyId]),
    }));
    const { port, close } = await servedBy(recording, invoker);
    const ask = async (path: string, headers: Record<string, string> = {}) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
      return [answer.status, answer.headers.get("x-amzn-errortype"), await answer.text()];
    };
    try {
      assert.deepEqual(await ask("/dev/a"), forbidden);
      assert.deepEqual(await ask("/dev/a", { "x-api-key": "nonsense" }), forbidden);
      assert.equal(invoker.calls.length, 0);
      assert.deepEqual(await ask("/dev/a", { "x-api-key": own.value }), [
        200,
        null,
        `["${own.value}","one-id"]`,
      ]);
      assert.equal((await ask("/dev/open"))[0], 200);
    } finally {
      await close();
    }
  });

  it("is not called with a key that is disabled, in no plan, or in one of another stage", async () => {
    assert.deepEqual(await statuses(recording, { value: "value-of-key-off-1234" }), [forbidden]);
    assert.deepEqual(await statuses(recording, { value: "value-of-key-free-123" }), [forbidden]);
    const elsewhere = plan("plan", { apiStages: [{ apiId: API_ID, stage: "prod" }] }, "one");
    assert.deepEqual(await statuses(program([one, ...elsewhere]), own), [forbidden]);
  });

  it("has its key from the authorizer where the API says so", async () => {
    const authorizer = resource("aws:apigateway/authorizer:Authorizer", "guard", {
      restApi: API_ID,
      type: "TOKEN",
      authorizerUri: functionArn("f"),
    });
    const statement = { Effect: "Allow", Action: "execute-api:Invoke", Resource: `${EXECUTION_ARN}/*` };
    const of = async (usageIdentifierKey: string) => {
      const invoker = new FakeInvoker((event: { type?: string }) =>
        event.type === "TOKEN"
          ? {
              principalId: "me",
              usageIdentifierKey,
              policyDocument: { Version: "2012-10-17", Statement: [statement] },
            }
          : { statusCode: 200 },
      );
      const method = { authorization: "CUSTOM", authorizerId: "guard-id" };
      const resources = [one, ...plan("plan", {}, "one"), authorizer];
      const handler = handlerOf(program(resources, { apiKeySource: "AUTHORIZER" }, method), invoker);
      const headers = ["Authorization", "token", "x-api-key", own.value];
      return (await handler.handle(requestOf("GET /dev/a", { headers }))).answer.status;
    };
    assert.equal(await of(own.value), 200);
    assert.equal(await of("nonsense"), 403);
  });

  it("is one of an OpenAPI document as well", async () => {
    const uri = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${functionArn("f")}/invocations`;
    const body = JSON.stringify({
      openapi: "3.0.1",
      components: { securitySchemes: { api_key: { type: "apiKey", name: "x-api-key", in: "header" } } },
      paths: {
        "/a": {
          get: {
            security: [{ api_key: [] }],
            "x-amazon-apigateway-integration": { type: "aws_proxy", httpMethod: "POST", uri },
          },
        },
      },
    });
    const documented = recordingOf([
      resource("aws:apigateway/restApi:RestApi", "api", { body }, { executionArn: EXECUTION_ARN }, API_ID),
      resource("aws:lambda/function:Function", "f", { name: "f" }, { arn: functionArn("f") }, "f"),
      permission("f"),
      resource("aws:apigateway/stage:Stage", "dev", { restApi: API_ID, stageName: "dev" }),
      one,
      ...plan("plan", {}, "one"),
    ]);
    assert.deepEqual(await statuses(documented, {}, own), [forbidden, 200]);
  });
});

describe("a usage plan", () => {
  it("throttles each of its keys by itself", async () => {
    const two = key("two", "value-of-key-two-1234");
    const recording = program([
      one,
      two,
      ...plan("plan", { throttleSettings: { burstLimit: 1, rateLimit: 2 } }, "one", "two"),
    ]);
    const other = { value: "value-of-key-two-1234" };
    const later = { ...own, time: TIME + SECOND };
    assert.deepEqual(await statuses(recording, own, own, other, later), [200, throttled, 200, 200]);
  });

  it("throttles single methods besides", async () => {
    const stage = {
      apiId: API_ID,
      stage: "dev",
      throttles: [{ path: "/a/GET", burstLimit: 1, rateLimit: 1 }],
    };
    const recording = program([one, ...plan("plan", { apiStages: [stage] }, "one")]);
    const b = { ...own, path: "/dev/b" };
    assert.deepEqual(await statuses(recording, own, own, b, b), [200, throttled, 200, 200]);
  });

  it("gives a key so many requests a day, less its offset in the first one", async () => {
    const quotaSettings = { limit: 2, period: "DAY", offset: 1 };
    const recording = program([one, ...plan("plan", { quotaSettings }, "one")]);
    const next = { ...own, time: TIME + DAY };
    assert.deepEqual(await statuses(recording, own, own, next, next, next), [200, used, 200, 200, used]);
  });

  it("gives a week from Monday and a month by the calendar", async () => {
    // A Monday.
    const monday = Date.UTC(2026, 10, 23);
    const of = (period: string, time: number) =>
      statuses(
        program([one, ...plan("plan", { quotaSettings: { limit: 1, period } }, "one")]),
        { ...own, time: monday },
        { ...own, time },
      );
    assert.deepEqual(await of("WEEK", monday + 7 * DAY - 1), [200, used]);
    assert.deepEqual(await of("WEEK", monday + 7 * DAY), [200, 200]);
    assert.deepEqual(await of("MONTH", Date.UTC(2026, 10, 30)), [200, used]);
    assert.deepEqual(await of("MONTH", Date.UTC(2026, 11, 1)), [200, 200]);
  });

  it("counts on when the program is read again", async () => {
    const recording = program([
      one,
      ...plan("plan", { quotaSettings: { limit: 1, period: "MONTH" } }, "one"),
    ]);
    const gateway = new GatewayService({
      invoker: new FakeInvoker(() => ({ statusCode: 200 })),
      guard: () => new Guard([]),
      port: 0,
    });
    await gateway.start(contextOf(recording));
    const ask = async () =>
      (await fetch(`${gateway.url}/dev/a`, { headers: { "x-api-key": own.value } })).status;
    try {
      assert.equal(await ask(), 200);
      await gateway.update(contextOf(recording));
      assert.equal(await ask(), 429);
    } finally {
      await gateway.stop();
    }
  });
});

describe("the value of an API key", () => {
  const recorded = () =>
    record(async () => void new aws.apigateway.ApiKey("made", {}), {
      project: "test",
      stack: "dev",
      config: {},
    });

  it("that is not declared is made up, always the same, and shown at the start", async () => {
    const [first, second] = [await recorded(), await recorded()];
    const madeUp = ({ resources }: Recording) =>
      text(resources.find(({ name }) => name === "made")?.outputs.value);
    assert.match(String(madeUp(first)), /^[a-z0-9]{40}$/);
    assert.equal(madeUp(second), madeUp(first));
    const facts = { endpoints: [], parity: [], databases: [] };
    const information = serviceInformation({ ...facts, recording: first });
    assert.ok(information.includes(`made  ${madeUp(first)}`), information);
    const value = { $: "secret", value: own.value } as const;
    const secret = key("hidden", value, { value });
    const hidden = serviceInformation({ ...facts, recording: recordingOf([secret]) });
    assert.match(hidden, /hidden +secret/);
    assert.ok(!hidden.includes(own.value));
  });
});
