import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { askAws, stsOf } from "../../local/doctor/ask-aws.ts";

const identity = JSON.stringify({
  GetCallerIdentityResponse: { GetCallerIdentityResult: { Arn: "arn:aws:iam::123456789012:user/me" } },
});

describe("askAws", () => {
  const keys = { AWS_ACCESS_KEY_ID: "AKIACANARY", AWS_SECRET_ACCESS_KEY: "canary-secret" };
  const before = { ...process.env };
  let server: Server | undefined;

  beforeEach(() => Object.assign(process.env, keys));

  afterEach(() => {
    for (const name of Object.keys(keys)) delete process.env[name];
    Object.assign(process.env, before);
    server?.close();
    server?.closeAllConnections();
  });

  async function answering(status: number, body: string) {
    const asked: { headers: IncomingHttpHeaders; body: string }[] = [];
    server = createServer(async (request, response) => {
      let text = "";
      for await (const chunk of request) text += chunk;
      asked.push({ headers: request.headers, body: text });
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return { asked, sts: { region: "eu-central-1", endpoint: `http://127.0.0.1:${port}` } };
  }

  it("names who AWS says this is, by a signed question", async () => {
    const { asked, sts } = await answering(200, identity);
    assert.deepEqual(await askAws(sts), { here: true, found: "arn:aws:iam::123456789012:user/me" });
    assert.equal(asked.length, 1);
    assert.equal(asked[0]?.body, "Action=GetCallerIdentity&Version=2011-06-15");
    assert.match(
      asked[0]?.headers.authorization ?? "",
      /^AWS4-HMAC-SHA256 Credential=AKIACANARY\/\d{8}\/eu-central-1\/sts\/aws4_request, /,
    );
  });

  it("tells why AWS refuses, and no key", async () => {
    const { sts } = await answering(403, '{"Error":{"Code":"ExpiredToken","Message":"AKIACANARY expired"}}');
    const finding = await askAws(sts);
    assert.deepEqual(finding, {
      here: false,
      found: "AWS refused the identity: ExpiredToken",
      mend: "aws sso login",
    });
  });

  it("tells that nobody answers", async () => {
    const { sts } = await answering(200, identity);
    await new Promise((resolve) => server?.close(resolve));
    const { here, found } = await askAws(sts);
    assert.equal(here, false);
    assert.match(found, /did not answer: .*ECONNREFUSED/);
  });

  it("asks the region's own address unless the SDK's variable names another", () => {
    assert.deepEqual(stsOf({ AWS_REGION: "eu-west-1" }), {
      region: "eu-west-1",
      endpoint: "https://sts.eu-west-1.amazonaws.com",
    });
    assert.equal(stsOf({ AWS_ENDPOINT_URL_STS: "http://127.0.0.1:1" }).endpoint, "http://127.0.0.1:1");
  });
});
