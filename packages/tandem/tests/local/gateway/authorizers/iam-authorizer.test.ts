import assert from "node:assert/strict";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { APIGatewayProxyEventV2WithIAMAuthorizer } from "aws-lambda";
import { credentialsOf, operatorCredentials, secretOf } from "../../../../local/iam/credentials.ts";
import {
  EXECUTION_ARN,
  FakeInvoker,
  handlerOf,
  headerValues,
  httpProgram,
  requestOf,
  resource,
  restProgram,
} from "../programs.ts";

const ROLE_ARN = "arn:aws:iam::123456789012:role/caller";
const policy = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: `${EXECUTION_ARN}/*/GET/barns/*` }],
};
const program = httpProgram({
  routes: { "ANY /barns/{id}": { function: "barns", authorizationType: "AWS_IAM" } },
  more: [
    resource(
      "aws:iam/role:Role",
      "caller",
      { name: "caller", assumeRolePolicy: "{}" },
      { arn: ROLE_ARN, name: "caller" },
      "caller",
    ),
    resource("aws:iam/rolePolicy:RolePolicy", "may-read", { role: "caller", policy: JSON.stringify(policy) }),
  ],
});

interface Signing {
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  service?: string;
  region?: string;
  at?: Date;
  body?: string;
  query?: Record<string, string>;
}

/** What the SDK's own signer makes of a request. */
async function signed(method: string, path: string, signing: Signing = {}): Promise<string[]> {
  const {
    credentials = operatorCredentials,
    service = "execute-api",
    region = "eu-west-1",
    query = {},
  } = signing;
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 });
  const { headers } = await signer.sign(
    {
      method,
      protocol: "http:",
      hostname: "127.0.0.1",
      port: 3000,
      path,
      query,
      headers: { host: "127.0.0.1:3000" },
      body: signing.body ?? "",
    },
    { signingDate: signing.at ?? new Date() },
  );
  const { host: _host, ...others } = headers;
  return Object.entries(others).flat();
}

async function call(line: string, headers: string[], body = "") {
  const invoker = new FakeInvoker();
  const { answer, reason } = await handlerOf(program, invoker).handle(requestOf(line, { headers, body }));
  const event = invoker.calls[0]?.payload as APIGatewayProxyEventV2WithIAMAuthorizer | undefined;
  return { status: answer.status, body: answer.body, reason, event };
}

async function assertForbidden(line: string, headers: string[], reason: RegExp, body = "") {
  const refused = await call(line, headers, body);
  assert.deepEqual(
    [refused.status, refused.body, refused.event],
    [403, '{"message":"Forbidden"}', undefined],
  );
  assert.match(refused.reason ?? "", reason);
}

describe("iamAuthorizer", () => {
  it("lets the operator through, and tells the function who called", async () => {
    const { status, event } = await call("GET /barns/1", await signed("GET", "/barns/1"));
    assert.equal(status, 200);
    assert.deepEqual(event?.requestContext.authorizer.iam, {
      accessKey: operatorCredentials.accessKeyId,
      accountId: "123456789012",
      callerId: operatorCredentials.accessKeyId,
      cognitoIdentity: null,
      principalOrgId: "o-local",
      userArn: "arn:aws:iam::123456789012:user/operator",
      userId: operatorCredentials.accessKeyId,
    });
  });

  it("takes signed bodies, queries and paths with spaces and letters of other alphabets", async () => {
    const headers = await signed("POST", "/barns/Am%C3%A9lie%20(2001)", {
      body: '{"a":1}',
      query: { b: "x y", a: "é&=" },
    });
    const line = `POST /barns/Am%C3%A9lie%20(2001)?b=x%20y&a=${encodeURIComponent("é&=")}`;
    assert.equal((await call(line, headers, '{"a":1}')).status, 200);
  });

  it("forbids a request without a signature", async () => {
    await assertForbidden("GET /barns/1", [], /carries no AWS signature/);
    await assertForbidden(
      "GET /barns/1",
      ["Authorization", "AWS4-HMAC-SHA256 Credential=x"],
      /carries no AWS signature/,
    );
  });

  it("forbids what was changed after signing", async () => {
    const headers = await signed("GET", "/barns/1", { query: { a: "1" } });
    await assertForbidden("GET /barns/2?a=1", headers, /wrong signature/);
    await assertForbidden("GET /barns/1?a=2", headers, /wrong signature/);
    await assertForbidden("GET /barns/1", headers, /wrong signature/);
    await assertForbidden("DELETE /barns/1?a=1", headers, /wrong signature/);
    await assertForbidden("GET /barns/1?a=1", headers, /wrong signature/, "body");
  });

  it("forbids a signature with another secret or an unknown key", async () => {
    const { accessKeyId } = operatorCredentials;
    const wrong = await signed("GET", "/barns/1", { credentials: { accessKeyId, secretAccessKey: "wrong" } });
    await assertForbidden("GET /barns/1", wrong, /wrong signature/);
    const unknown = { accessKeyId: "AKIAUNKNOWN", secretAccessKey: secretOf("AKIAUNKNOWN") };
    await assertForbidden(
      "GET /barns/1",
      await signed("GET", "/barns/1", { credentials: unknown }),
      /unknown key: AKIAUNKNOWN/,
    );
  });

  it("forbids an old signature", async () => {
    const headers = await signed("GET", "/barns/1", { at: new Date(Date.now() - 3_600_000) });
    await assertForbidden("GET /barns/1", headers, /wrong signature/);
  });

  it("forbids a signature for another service or region", async () => {
    const service = await signed("GET", "/barns/1", { service: "dynamodb" });
    await assertForbidden("GET /barns/1", service, /signed for dynamodb in eu-west-1, not for execute-api/);
    const region = await signed("GET", "/barns/1", { region: "us-east-1" });
    await assertForbidden("GET /barns/1", region, /not for execute-api in eu-west-1/);
  });

  it("holds a role to what its policies allow", async () => {
    const credentials = credentialsOf(ROLE_ARN);
    const { status, event } = await call("GET /barns/1", await signed("GET", "/barns/1", { credentials }));
    assert.equal(status, 200);
    assert.match(event?.requestContext.authorizer.iam.userArn ?? "", /assumed-role\/caller\//);
    const headers = await signed("DELETE", "/barns/1", { credentials });
    await assertForbidden(
      "DELETE /barns/1",
      headers,
      /not authorized to perform: execute-api:Invoke on resource: .*DELETE\/barns\/1/,
    );
  });

  it("says in the words of a REST API what is missing or wrong", async () => {
    const rest = restProgram({
      methods: { "GET /barns": { function: "barns", authorization: "AWS_IAM" } },
      more: program.resources.filter(({ type }) => type.startsWith("aws:iam/")),
    });
    const received = async (headers: string[]) => {
      const { answer } = await handlerOf(rest, new FakeInvoker()).handle(
        requestOf("GET /dev/barns", { headers }),
      );
      const { status, body } = answer;
      return [status, headerValues(answer, "x-amzn-errortype")[0], JSON.parse(String(body))];
    };
    const of = (signing: Signing) => signed("GET", "/dev/barns", signing);
    const { accessKeyId } = operatorCredentials;
    assert.deepEqual(await received([]), [
      403,
      "MissingAuthenticationTokenException",
      { message: "Missing Authentication Token" },
    ]);
    assert.deepEqual(
      await received(await of({ credentials: { accessKeyId: "AKIAX", secretAccessKey: "x" } })),
      [
        403,
        "UnrecognizedClientException",
        { message: "The security token included in the request is invalid." },
      ],
    );
    const [, exception, { message }] = await received(
      await of({ credentials: { accessKeyId, secretAccessKey: "wrong" } }),
    );
    assert.equal(exception, "InvalidSignatureException");
    assert.match(message, /^The request signature we calculated does not match/);
    assert.deepEqual(await received(await of({ region: "us-east-1" })), [
      403,
      "InvalidSignatureException",
      { message: "Credential should be scoped to a valid region, not 'us-east-1'." },
    ]);
    const [, denied, { Message }] = await received(await of({ credentials: credentialsOf(ROLE_ARN) }));
    assert.equal(denied, "AccessDeniedException");
    assert.match(
      Message,
      /^User: arn:aws:sts::123456789012:assumed-role\/caller\/.* on resource: arn:aws:execute-api:eu-west-1:\*{8}9012:a1b2c3d4e5\/dev\/GET\/barns/,
    );
  });
});
