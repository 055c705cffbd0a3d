import assert from "node:assert/strict";
import type { Values } from "../../../../program/recording.ts";
import type { RequestParts } from "../programs.ts";
import {
  API_ID,
  EXECUTION_ARN,
  FakeInvoker,
  functionArn,
  handlerOf,
  headerValues,
  httpProgram,
  permission,
  requestOf,
  resource,
  restProgram,
  TIME,
} from "../programs.ts";

const uri = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${functionArn("judge")}/invocations`;
const judge = resource(
  "aws:lambda/function:Function",
  "judge",
  { name: "judge" },
  { arn: functionArn("judge") },
  "judge",
);

function program(inputs: Values = {}, sourceArn = `${EXECUTION_ARN}/authorizers/guard-id`) {
  const authorizer = resource("aws:apigatewayv2/authorizer:Authorizer", "guard", {
    apiId: API_ID,
    authorizerType: "REQUEST",
    authorizerUri: uri,
    authorizerPayloadFormatVersion: "2.0",
    enableSimpleResponses: true,
    identitySources: ["$request.header.Authorization"],
    ...inputs,
  });
  const route = { function: "barns", authorizationType: "CUSTOM", authorizerId: "guard-id" };
  return httpProgram({
    routes: { "GET /barns/{id}": route },
    more: [authorizer, judge, permission("judge", sourceArn)],
  });
}

/** Calls the API twice or more; `verdict` is what the authorizer's function returns. */
async function ask(verdict: unknown, recording = program(), ...parts: RequestParts[]) {
  const invoker = new FakeInvoker((_event, name) => (name.endsWith("judge") ? verdict : { ok: true }));
  const handler = handlerOf(recording, invoker);
  const answers = [];
  for (const part of parts.length > 0 ? parts : [{ headers: ["Authorization", "abc"] }]) {
    answers.push(await handler.handle(requestOf("GET /barns/1?a=b", part)));
  }
  const [handled] = answers;
  const events = invoker.calls
    .filter(({ functionName }) => functionName.endsWith("barns"))
    .map(({ payload }) => payload);
  const asked = invoker.calls
    .filter(({ functionName }) => functionName.endsWith("judge"))
    .map(({ payload }) => payload);
  return {
    status: handled?.answer.status,
    body: handled?.answer.body,
    reason: handled?.reason,
    events,
    asked,
  };
}

const allow = {
  principalId: "me",
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: `${EXECUTION_ARN}/*/GET/*` }],
  },
  context: { plan: "gold" },
};

describe("lambdaAuthorizer", () => {
  it("lets through on a simple yes, and hands its context on", async () => {
    const { status, events } = await ask({ isAuthorized: true, context: { plan: "gold", n: 1 } });
    assert.equal(status, 200);
    const [event] = events as { requestContext: { authorizer: unknown } }[];
    assert.deepEqual(event?.requestContext.authorizer, { lambda: { plan: "gold", n: 1 } });
  });

  it("asks the function with the request in format 2.0, without its body", async () => {
    const { asked } = await ask({ isAuthorized: true });
    const [event] = asked as Record<string, unknown>[];
    assert.equal(event?.type, "REQUEST");
    assert.equal(event?.routeArn, `${EXECUTION_ARN}/$default/GET/barns/1`);
    assert.deepEqual(event?.identitySource, ["abc"]);
    assert.deepEqual(event?.pathParameters, { id: "1" });
    assert.equal("body" in (event ?? {}), false);
  });

  it("forbids on anything but a simple yes", async () => {
    for (const verdict of [{ isAuthorized: false }, { isAuthorized: "true" }, {}]) {
      const { status, body, events } = await ask(verdict);
      assert.deepEqual([status, body, events], [403, '{"message":"Forbidden"}', []]);
    }
  });

  it("answers 401 without asking when an identity source is missing", async () => {
    const { status, asked } = await ask({ isAuthorized: true }, program(), {});
    assert.deepEqual([status, asked], [401, []]);
  });

  it("asks once for the same identity while the answer holds", async () => {
    const same = { headers: ["Authorization", "abc"] };
    const other = { headers: ["Authorization", "xyz"] };
    const { asked } = await ask({ isAuthorized: true }, program(), same, same, other, {
      ...same,
      time: TIME + 300_001,
    });
    assert.equal(asked.length, 3);
  });

  it("asks once for an identity on all routes, so that a policy for one of them refuses the others", async () => {
    const policies = program({ enableSimpleResponses: false, authorizerPayloadFormatVersion: "1.0" });
    const Statement = [
      { Effect: "Allow", Action: "execute-api:Invoke", Resource: `${EXECUTION_ARN}/*/GET/barns/1` },
    ];
    const forOne = { principalId: "me", policyDocument: { Version: "2012-10-17", Statement } };
    const invoker = new FakeInvoker((_event, name) => (name.endsWith("judge") ? forOne : { ok: true }));
    const handler = handlerOf(policies, invoker);
    const call = async (path: string) =>
      (await handler.handle(requestOf(`GET ${path}`, { headers: ["Authorization", "abc"] }))).answer.status;
    assert.deepEqual(
      [await call("/barns/1"), await call("/barns/2"), await call("/barns/1")],
      [200, 403, 200],
    );
    assert.equal(invoker.calls.filter(({ functionName }) => functionName.endsWith("judge")).length, 1);
  });

  it("asks every time with a time to live of 0", async () => {
    const same = { headers: ["Authorization", "abc"] };
    const { asked } = await ask(
      { isAuthorized: true },
      program({ authorizerResultTtlInSeconds: 0 }),
      same,
      same,
    );
    assert.equal(asked.length, 2);
  });

  it("judges a policy, and a deny in it wins", async () => {
    const policies = program({ enableSimpleResponses: false, authorizerPayloadFormatVersion: "1.0" });
    const { status, events } = await ask(allow, policies);
    assert.equal(status, 200);
    const [event] = events as { requestContext: { authorizer: unknown } }[];
    assert.deepEqual(event?.requestContext.authorizer, { lambda: { plan: "gold" } });
    const deny = { Effect: "Deny", Action: "*", Resource: "*" };
    const denied = { ...allow, policyDocument: { Statement: [...allow.policyDocument.Statement, deny] } };
    assert.equal((await ask(denied, policies)).status, 403);
    const elsewhere = {
      ...allow,
      policyDocument: {
        Statement: [{ Effect: "Allow", Action: "*", Resource: `${EXECUTION_ARN}/*/POST/*` }],
      },
    };
    assert.equal((await ask(elsewhere, policies)).status, 403);
  });

  it("answers 500 when the authorizer fails or returns nonsense", async () => {
    const policies = program({ enableSimpleResponses: false });
    const nonsense = [
      [],
      "yes",
      { principalId: 5 },
      { principalId: "me" },
      { principalId: "me", policyDocument: { Statement: [{ Effect: "Maybe" }] } },
    ];
    for (const verdict of nonsense) {
      const { status, body } = await ask(verdict, policies);
      assert.deepEqual([status, body], [500, '{"message":"Internal Server Error"}'], JSON.stringify(verdict));
    }
    const failure = { requestId: "r", status: "error", error: { errorType: "Error", errorMessage: "boom" } };
    assert.equal((await ask(failure)).status, 500);
  });

  it("asks again after a failure, which says nothing about the caller", async () => {
    const failure = { requestId: "r", status: "error", error: { errorType: "Error", errorMessage: "boom" } };
    const same = { headers: ["Authorization", "abc"] };
    assert.equal((await ask(failure, program(), same, same)).asked.length, 2);
    assert.equal((await ask({ isAuthorized: false }, program(), same, same)).asked.length, 1);
  });

  it("answers 401 when the authorizer's function says Unauthorized", async () => {
    const failure = {
      requestId: "r",
      status: "error",
      error: { errorType: "Error", errorMessage: "Unauthorized" },
    };
    assert.equal((await ask(failure)).status, 401);
  });

  it("needs a permission for the authorizer's function too", async () => {
    const { status, reason } = await ask({ isAuthorized: true }, program({}, `${EXECUTION_ARN}/*/GET/*`));
    assert.equal(status, 500);
    assert.match(reason ?? "", /do not cover .*\/authorizers\/guard-id/);
  });

  it("gives a REST API's TOKEN authorizer the token alone", async () => {
    const rest = (inputs: Values = {}) =>
      restProgram({
        methods: {
          "GET /barns/{id}": { function: "barns", authorization: "CUSTOM", authorizerId: "guard-id" },
        },
        more: [
          resource("aws:apigateway/authorizer:Authorizer", "guard", {
            restApi: API_ID,
            type: "TOKEN",
            authorizerUri: uri,
            ...inputs,
          }),
          judge,
          permission("judge"),
        ],
      });
    const call = async (recording: ReturnType<typeof rest>, headers: string[]) => {
      const invoker = new FakeInvoker((_event, name) =>
        name.endsWith("judge") ? allow : { statusCode: 200 },
      );
      const { answer } = await handlerOf(recording, invoker).handle(
        requestOf("GET /dev/barns/1", { headers }),
      );
      return {
        status: answer.status,
        calls: invoker.calls.map(({ payload }) => payload as { requestContext?: { authorizer: unknown } }),
      };
    };
    const { status, calls } = await call(rest(), ["Authorization", "abc"]);
    assert.equal(status, 200);
    assert.deepEqual(calls[0], {
      type: "TOKEN",
      authorizationToken: "abc",
      methodArn: `${EXECUTION_ARN}/dev/GET/barns/1`,
    });
    assert.deepEqual(calls[1]?.requestContext?.authorizer, { principalId: "me", plan: "gold" });
    const broken = await call(rest({ identityValidationExpression: "(" }), ["Authorization", "abc"]);
    assert.deepEqual(broken, { status: 501, calls: [] });
    const pattern = rest({ identityValidationExpression: "x.*" });
    assert.deepEqual(await call(pattern, ["Authorization", "abc"]), { status: 401, calls: [] });
    const slow = rest({ identityValidationExpression: "(a+)+b" });
    assert.deepEqual(await call(slow, ["Authorization", "a".repeat(60)]), { status: 500, calls: [] });
  });

  describe("of a REST API", () => {
    const authorizer = { restApi: API_ID, type: "TOKEN", authorizerUri: uri };
    const guarded = restProgram({
      methods: {
        "GET /barns/{id}": { function: "barns", authorization: "CUSTOM", authorizerId: "guard-id" },
      },
      more: [
        resource("aws:apigateway/authorizer:Authorizer", "guard", authorizer),
        judge,
        permission("judge"),
      ],
    });

    async function call(verdict: unknown, headers = ["Authorization", "abc"]) {
      const invoker = new FakeInvoker((_event, name) =>
        name.endsWith("judge") ? verdict : { statusCode: 200 },
      );
      const { answer, reason } = await handlerOf(guarded, invoker).handle(
        requestOf("GET /dev/barns/1", { headers }),
      );
      const event = invoker.calls.find(({ functionName }) => functionName.endsWith("barns"))?.payload;
      return {
        answer: [answer.status, headerValues(answer, "x-amzn-errortype")[0], answer.body],
        received: (event as { requestContext: { authorizer: unknown } } | undefined)?.requestContext
          .authorizer,
        reason,
      };
    }

    it("hands its context on as texts", async () => {
      const { received } = await call({ ...allow, context: { number: 1, yes: true, text: "a", half: 0.5 } });
      assert.deepEqual(received, { principalId: "me", number: "1", yes: "true", text: "a", half: "0.5" });
    });

    it("fails with a list or an object in its context", async () => {
      for (const context of [{ list: [1] }, { fine: "a", nested: { a: 1 } }]) {
        const { answer, received, reason } = await call({ ...allow, context });
        assert.deepEqual(answer, [500, "AuthorizerConfigurationException", '{"message":null}']);
        assert.equal(received, undefined);
        assert.match(reason ?? "", /returned a list or an object as (list|nested) of its context/);
      }
    });

    it("is refused in the words of AWS", async () => {
      const statement = (Effect: string, Resource: string) => ({
        principalId: "me",
        policyDocument: { Statement: [{ Effect, Action: "execute-api:Invoke", Resource }] },
      });
      const failure = (errorMessage: string) => {
        return { requestId: "r", status: "error", error: { errorType: "Error", errorMessage } };
      };
      const denied = "User is not authorized to access this resource";
      const verdicts: [unknown, number, string, object][] = [
        [
          statement("Deny", "*"),
          403,
          "AccessDeniedException",
          { Message: `${denied} with an explicit deny` },
        ],
        [statement("Allow", `${EXECUTION_ARN}/*/POST/*`), 403, "AccessDeniedException", { Message: denied }],
        [failure("Unauthorized"), 401, "UnauthorizedException", { message: "Unauthorized" }],
        [failure("boom"), 500, "AuthorizerConfigurationException", { message: null }],
        [{}, 500, "AuthorizerConfigurationException", { message: null }],
      ];
      for (const [verdict, status, type, body] of verdicts) {
        const { answer } = await call(verdict);
        assert.deepEqual(answer, [status, type, JSON.stringify(body)]);
      }
      const { answer } = await call(allow, []);
      assert.deepEqual(answer, [401, "UnauthorizedException", '{"message":"Unauthorized"}']);
    });
  });

  it("never lets a route through whose authorizer is not there or cannot run", async () => {
    const outside = program({ authorizerUri: functionArn("elsewhere") });
    const { status, body, events } = await ask({ isAuthorized: true }, outside);
    assert.equal(status, 501);
    assert.match(String(body), /function elsewhere is not part of this program/);
    assert.deepEqual(events, []);
    const cognito = restProgram({
      methods: { "GET /a": { function: "barns", authorization: "COGNITO_USER_POOLS" } },
    });
    const { answer } = await handlerOf(cognito, new FakeInvoker()).handle(requestOf("GET /dev/a"));
    assert.equal(answer.status, 501);
  });
});
