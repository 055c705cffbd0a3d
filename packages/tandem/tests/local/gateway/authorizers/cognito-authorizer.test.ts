import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { decodeJwt } from "jose";
import { LocalIssuer } from "../../../../local/gateway/issuer/issuer.ts";
import { type AskedToken, jwtIssuers, tokenFor } from "../../../../local/gateway/issuer/jwt-issuers.ts";
import type { Recording, Values } from "../../../../program/recording.ts";
import {
  API_ID,
  FakeInvoker,
  functionArn,
  handlerOf,
  headerValues,
  httpProgram,
  requestOf,
  resource,
  restProgram,
} from "../programs.ts";

const POOL = "eu-west-1_AbCdEfGhI";
const ARN = `arn:aws:cognito-idp:eu-west-1:123456789012:userpool/${POOL}`;
const ISSUER = `https://cognito-idp.eu-west-1.amazonaws.com/${POOL}`;
const CLIENT = "1h57kf5cpq17m0eml12EXAMPLE";
const pool = [
  resource(
    "aws:cognito/userPool:UserPool",
    "people",
    {},
    { arn: ARN, endpoint: ISSUER.replace("https://", "") },
    POOL,
  ),
  resource("aws:cognito/userPoolClient:UserPoolClient", "web", { userPoolId: POOL }, { id: CLIENT }, CLIENT),
];
const rest = (inputs: Values = {}) =>
  restProgram({
    methods: {
      "GET /barns": { function: "barns", authorization: "COGNITO_USER_POOLS", authorizerId: "guard-id" },
      "POST /barns": {
        function: "barns",
        authorization: "COGNITO_USER_POOLS",
        authorizerId: "guard-id",
        authorizationScopes: ["barns/write"],
      },
    },
    more: [
      ...pool,
      resource("aws:apigateway/authorizer:Authorizer", "guard", {
        restApi: API_ID,
        type: "COGNITO_USER_POOLS",
        providerArns: [ARN],
        ...inputs,
      }),
    ],
  });

describe("tokens of a Cognito user pool", () => {
  let folder: string;
  let issuer: LocalIssuer;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "pool-"));
    issuer = await LocalIssuer.open(folder);
  });

  after(() => rmSync(folder, { recursive: true }));

  const mint = (recording: Recording, asked: Partial<AskedToken> = {}) => {
    const [declared] = jwtIssuers(recording);
    assert.ok(declared, "nobody wants a token");
    return issuer.mint(tokenFor(declared, { subject: "ann", scopes: [], expiresIn: 60, ...asked }));
  };

  async function call(recording: Recording, line: string, token?: string) {
    const invoker = new FakeInvoker(() => ({ statusCode: 200 }));
    const headers = token === undefined ? [] : ["Authorization", token];
    const { answer } = await handlerOf(recording, invoker, issuer).handle(requestOf(line, { headers }));
    const event = invoker.calls[0]?.payload as { requestContext: { authorizer: Record<string, unknown> } };
    const [errorType] = headerValues(answer, "x-amzn-errortype");
    return { status: answer.status, body: String(answer.body), errorType, event };
  }

  it("have the claims that Cognito gives them", async () => {
    const id = decodeJwt(await mint(rest(), { groups: ["keepers"] }));
    const { iat, exp, auth_time: signedIn, jti, origin_jti: origin, event_id: event, ...claims } = id;
    assert.deepEqual(claims, {
      iss: ISSUER,
      sub: "ann",
      aud: CLIENT,
      "cognito:username": "ann",
      "cognito:groups": ["keepers"],
      token_use: "id",
    });
    assert.deepEqual([signedIn, Number(exp) - Number(iat)], [iat, 60]);
    for (const one of [jti, origin, event])
      assert.match(String(one), /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
    assert.equal(new Set([jti, origin, event]).size, 3);
    const { aud, client_id, username, token_use, scope } = decodeJwt(
      await mint(rest(), { scopes: ["barns/write"] }),
    );
    assert.deepEqual(
      [aud, client_id, username, token_use, scope],
      [undefined, CLIENT, "ann", "access", "barns/write"],
    );
  });

  it("let through a REST API's method: an id token, with scopes an access token", async () => {
    const { status, event } = await call(
      rest(),
      "GET /dev/barns",
      await mint(rest(), { groups: ["a", "b"] }),
    );
    assert.equal(status, 200);
    const { claims, ...more } = event.requestContext.authorizer as { claims: Record<string, string> };
    assert.deepEqual(more, {});
    assert.deepEqual(
      [claims.sub, claims["cognito:username"], claims["cognito:groups"], claims.aud, claims.token_use],
      ["ann", "ann", "a,b", CLIENT, "id"],
    );
    assert.match(claims.exp ?? "", /^\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}$/);
    assert.match(claims.auth_time ?? "", /^\d+$/);
    const access = await mint(rest(), { scopes: ["barns/write"] });
    assert.equal((await call(rest(), "POST /dev/barns", `Bearer ${access}`)).status, 200);
  });

  it("are a 401 of a REST API where they are of the other use, without the scope, or over", async () => {
    const unauthorized = [401, '{"message":"Unauthorized"}', "UnauthorizedException"];
    const answerTo = async (line: string, token?: string, recording = rest()) => {
      const { status, body, errorType, event } = await call(recording, line, token);
      assert.equal(event, undefined, "the function was called");
      return [status, body, errorType];
    };
    const id = await mint(rest());
    assert.deepEqual(await answerTo("GET /dev/barns"), unauthorized);
    assert.deepEqual(await answerTo("GET /dev/barns", "nonsense"), unauthorized);
    assert.deepEqual(await answerTo("POST /dev/barns", id), unauthorized);
    assert.deepEqual(await answerTo("GET /dev/barns", await mint(rest(), { use: "access" })), unauthorized);
    assert.deepEqual(
      await answerTo("POST /dev/barns", await mint(rest(), { scopes: ["barns/read"] })),
      unauthorized,
    );
    const others = rest({ identityValidationExpression: "other-.*" });
    assert.deepEqual(await answerTo("GET /dev/barns", id, others), unauthorized);
    const slow = await call(
      rest({ identityValidationExpression: "(\\w|\\d|[a-z]|[A-Z])+-" }),
      "GET /dev/barns",
      id,
    );
    assert.deepEqual([slow.status, slow.event], [500, undefined]);
    const foreign = await issuer.mint({
      issuer: "https://other",
      audience: CLIENT,
      subject: "a",
      scopes: [],
      expiresIn: 60,
    });
    assert.deepEqual(await answerTo("GET /dev/barns", foreign), unauthorized);
    assert.deepEqual(await answerTo("GET /dev/barns", await mint(rest(), { expiresIn: -60 })), [
      401,
      '{"message":"The incoming token has expired"}',
      "UnauthorizedException",
    ]);
  });

  it("are refused by name where the pool is not part of the program", async () => {
    const elsewhere = rest({ providerArns: [ARN, `${ARN}x`] });
    const { status, body } = await call(elsewhere, "GET /dev/barns", await mint(rest()));
    assert.equal(status, 501);
    assert.match(body, /authorizer guard: a user pool of .*x is not part of this program/);
  });

  it("let through what an OpenAPI document says by its security schemes", async () => {
    const uri = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${functionArn("barns")}/invocations`;
    const operation = (scopes: string[]): Values => ({
      security: [{ people: scopes }],
      "x-amazon-apigateway-integration": { type: "aws_proxy", httpMethod: "POST", uri },
    });
    const scheme = {
      ...{
        type: "apiKey",
        name: "X-Token",
        in: "header",
        "x-amazon-apigateway-authtype": "cognito_user_pools",
      },
      "x-amazon-apigateway-authorizer": { type: "cognito_user_pools", providerARNs: [ARN] },
    };
    const signed = { ...scheme, "x-amazon-apigateway-authtype": "awsSigv4" };
    const paths: Values = {
      "/barns": { get: operation([]), post: operation(["barns/write"]) },
      "/signed": { get: { ...operation([]), security: [{ signed: [] }] } },
      "/unknown": { get: { ...operation([]), security: [{ nobody: [] }] } },
    };
    const securitySchemes = { people: scheme, signed };
    for (const schemes of [{ components: { securitySchemes } }, { securityDefinitions: securitySchemes }]) {
      const body = JSON.stringify({ openapi: "3.0.1", paths, ...schemes });
      const document = restProgram({ methods: { "GET /own": "barns" }, api: { body }, more: pool });
      const [declared] = jwtIssuers(document);
      assert.deepEqual([declared?.name, declared?.scopes], ["people", ["barns/write"]]);
      const answered = async (line: string, token?: string) => {
        const invoker = new FakeInvoker(() => ({ statusCode: 200 }));
        const headers = token === undefined ? [] : ["X-Token", token];
        const handler = handlerOf(document, invoker, issuer);
        return (await handler.handle(requestOf(line, { headers }))).answer.status;
      };
      const [id, access] = [await mint(document), await mint(document, { scopes: ["barns/write"] })];
      assert.deepEqual(
        [await answered("GET /dev/barns", id), await answered("POST /dev/barns", access)],
        [200, 200],
      );
      assert.deepEqual([await answered("GET /dev/barns"), await answered("POST /dev/barns", id)], [401, 401]);
      assert.equal(await answered("GET /dev/signed"), 403);
      assert.equal(await answered("GET /dev/unknown", id), 501);
    }
  });

  it("let through a JWT authorizer of an HTTP API, by the client of an access token too", async () => {
    const http = httpProgram({
      routes: { "GET /barns": { function: "barns", authorizationType: "JWT", authorizerId: "jwt-id" } },
      more: [
        ...pool,
        resource("aws:apigatewayv2/authorizer:Authorizer", "jwt", {
          apiId: API_ID,
          authorizerType: "JWT",
          identitySources: ["$request.header.Authorization"],
          jwtConfiguration: { issuer: ISSUER, audiences: [CLIENT] },
        }),
      ],
    });
    for (const use of ["id", "access"] as const) {
      const { status, event } = await call(http, "GET /barns", `Bearer ${await mint(http, { use })}`);
      assert.equal(status, 200);
      const { claims } = event.requestContext.authorizer.jwt as { claims: Record<string, string> };
      assert.deepEqual([claims.token_use, claims.sub], [use, "ann"]);
    }
  });
});
