import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import { base64url, generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT } from "jose";
import { LocalIssuer } from "../../../../local/gateway/issuer/issuer.ts";
import {
  API_ID,
  FakeInvoker,
  handlerOf,
  headerValues,
  httpProgram,
  requestOf,
  resource,
} from "../programs.ts";

const ISSUER = "https://issuer.example.com/";
const authorizer = resource("aws:apigatewayv2/authorizer:Authorizer", "jwt", {
  apiId: API_ID,
  authorizerType: "JWT",
  identitySources: ["$request.header.Authorization"],
  jwtConfiguration: { issuer: ISSUER, audiences: ["tandem", "other"] },
});
const guarded = { function: "barns", authorizationType: "JWT", authorizerId: "jwt-id" };
const program = httpProgram({
  routes: {
    "POST /barns": { ...guarded, authorizationScopes: ["barns:write", "barns:admin"] },
    "GET /barns": guarded,
    "GET /open": "barns",
  },
  more: [authorizer],
});
const valid = {
  issuer: ISSUER,
  audience: "tandem",
  subject: "me",
  scopes: ["barns:write", "barns:read"],
  expiresIn: 60,
};

describe("jwtAuthorizer", () => {
  let folder: string;
  let issuer: LocalIssuer;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "issuer-"));
    issuer = await LocalIssuer.open(folder);
  });

  after(() => rmSync(folder, { recursive: true }));

  async function call(line: string, headers: string[]) {
    const invoker = new FakeInvoker();
    const handled = await handlerOf(program, invoker, issuer).handle(requestOf(line, { headers }));
    const event = invoker.calls[0]?.payload as APIGatewayProxyEventV2WithJWTAuthorizer | undefined;
    const [challenge] = headerValues(handled.answer, "www-authenticate");
    return { ...handled, event, challenge };
  }

  async function refusal(token: string, line = "POST /barns") {
    const { answer, event, challenge } = await call(line, ["Authorization", `Bearer ${token}`]);
    assert.equal(event, undefined, "the function was called");
    return { status: answer.status, body: answer.body, challenge };
  }

  /** A token signed by another key, under the local issuer's key id unless the header says otherwise. */
  async function forged(claims: JWTPayload, header: Record<string, unknown> = {}): Promise<string> {
    const { privateKey } = await generateKeyPair("RS256");
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid: issuer.publicKeys.keys[0]?.kid ?? "", ...header })
      .sign(privateKey);
  }

  /** A token of the local issuer with any claims. */
  async function signed(claims: JWTPayload): Promise<string> {
    const key = JSON.parse(readFileSync(path.join(folder, "private-key.json"), "utf8")) as JWK;
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid: key.kid ?? "" })
      .sign(await importJWK(key, "RS256"));
  }

  function invalid(description: string) {
    return {
      status: 401,
      body: '{"message":"Unauthorized"}',
      challenge: `Bearer scope="barns:write barns:admin" error="invalid_token" error_description="${description}"`,
    };
  }

  it("lets a token through, and tells the function its claims as texts and its scopes as a list", async () => {
    const { answer, event } = await call("POST /barns", [
      "Authorization",
      `Bearer ${await issuer.mint(valid)}`,
    ]);
    assert.equal(answer.status, 200);
    const { claims, scopes } = event?.requestContext.authorizer.jwt ?? {};
    const { iat, exp, ...others } = claims ?? {};
    assert.deepEqual(others, { iss: ISSUER, aud: "tandem", sub: "me", scope: "barns:write barns:read" });
    assert.match(`${iat} ${exp}`, /^\d+ \d+$/);
    assert.deepEqual(scopes, ["barns:write", "barns:read"]);
  });

  it("takes the token without the word Bearer, and the word in any case", async () => {
    const token = await issuer.mint(valid);
    for (const value of [token, `bearer ${token}`, `BEARER  ${token}`]) {
      assert.equal((await call("POST /barns", ["authorization", value])).answer.status, 200, value);
    }
  });

  it("asks for a token where there is none", async () => {
    const { answer, challenge, reason } = await call("POST /barns", []);
    assert.deepEqual([answer.status, answer.body, challenge], [401, '{"message":"Unauthorized"}', "Bearer"]);
    assert.match(reason ?? "", /no token/);
  });

  it("asks nothing on an open route", async () => {
    assert.equal((await call("GET /open", [])).answer.status, 200);
  });

  it("refuses a token whose payload was changed", async () => {
    const [header, , signature] = (await issuer.mint(valid)).split(".");
    const payload = base64url.encode(
      JSON.stringify({ iss: ISSUER, aud: "tandem", exp: 9_999_999_999, scope: "barns:write" }),
    );
    assert.deepEqual(
      await refusal(`${header}.${payload}.${signature}`),
      invalid("the token's signature is not valid"),
    );
  });

  it("refuses a token signed by another key under the issuer's key id", async () => {
    const token = await forged({ iss: ISSUER, aud: "tandem", exp: 9_999_999_999, scope: "barns:write" });
    assert.deepEqual(await refusal(token), invalid("the token's signature is not valid"));
  });

  it("refuses a token of another issuer's key and says how to get one", async () => {
    const token = await forged({ iss: ISSUER, aud: "tandem", exp: 9_999_999_999 }, { kid: "unknown" });
    assert.match(
      (await refusal(token)).challenge ?? "",
      /not signed by the local issuer \(npm run token mints one\)/,
    );
  });

  it("refuses a token without a signature (alg none)", async () => {
    const part = (value: object) => base64url.encode(JSON.stringify(value));
    const payload = part({ iss: ISSUER, aud: "tandem", exp: 9_999_999_999, scope: "barns:write" });
    for (const alg of ["none", "None", "NONE"]) {
      assert.equal((await refusal(`${part({ alg })}.${payload}.`)).status, 401, alg);
    }
  });

  it("refuses a token signed with the public key as a shared secret", async () => {
    const secret = new TextEncoder().encode(JSON.stringify(issuer.publicKeys.keys[0]));
    const token = await new SignJWT({ iss: ISSUER, aud: "tandem", exp: 9_999_999_999, scope: "barns:write" })
      .setProtectedHeader({ alg: "HS256", kid: issuer.publicKeys.keys[0]?.kid ?? "" })
      .sign(secret);
    assert.deepEqual(
      await refusal(token),
      invalid("the token is signed by an algorithm that is not allowed"),
    );
  });

  it("refuses a token that has expired", async () => {
    assert.deepEqual(
      await refusal(await issuer.mint({ ...valid, expiresIn: -1 })),
      invalid("the token has expired"),
    );
  });

  it("refuses a token that never expires, or was issued in the future", async () => {
    const claims = { iss: ISSUER, aud: "tandem", scope: "barns:write" };
    assert.deepEqual(await refusal(await signed(claims)), invalid("the token's claim exp is not valid"));
    const future = { ...claims, iat: Math.floor(Date.now() / 1000) + 600, exp: 9_999_999_999 };
    assert.deepEqual(await refusal(await signed(future)), invalid("the token was issued in the future"));
  });

  it("refuses a wrong issuer and a wrong audience", async () => {
    const issuers = await refusal(await issuer.mint({ ...valid, issuer: "https://issuer.example.com" }));
    assert.deepEqual(issuers, invalid("the token's claim iss is not valid"));
    const audience = await refusal(await issuer.mint({ ...valid, audience: "tandem2" }));
    assert.deepEqual(audience, invalid("the token does not have a valid audience"));
  });

  it("refuses what is no token", async () => {
    for (const text of ["x", "a.b.c", "..", `${"a".repeat(5_000)}.b.c`, "ÿ.ÿ.ÿ"]) {
      assert.deepEqual(await refusal(text), invalid("the token cannot be read"), text);
    }
  });

  it("forbids a token without a scope of the route", async () => {
    for (const scopes of [[], ["barns:read"], ["barns:writer"], ["BARNS:WRITE"]]) {
      const { status, body, challenge } = await refusal(await issuer.mint({ ...valid, scopes }));
      assert.deepEqual([status, body], [403, '{"message":"Forbidden"}']);
      assert.match(challenge ?? "", /error="insufficient_scope"/);
    }
  });

  it("takes any one scope of the route, and any token where the route names none", async () => {
    const admin = await issuer.mint({ ...valid, scopes: ["barns:admin"] });
    assert.equal((await call("POST /barns", ["Authorization", admin])).answer.status, 200);
    const none = await issuer.mint({ ...valid, scopes: [] });
    assert.equal((await call("GET /barns", ["Authorization", none])).answer.status, 200);
  });
});
