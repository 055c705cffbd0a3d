import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { operatorCredentials } from "../../../local/iam/credentials.ts";
import { isGenuine, readSignature, type SignedRequest } from "../../../local/iam/signature.ts";
import { codePoint } from "../../support/code-point.ts";

const NOW = Date.parse("2026-11-23T09:12:01Z");

interface Plain {
  service: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
}

const plain: Plain = { service: "dynamodb", path: "/", query: {}, headers: {}, body: "{}" };

/** Signed by the signer of the SDK, in the form in which Node hands a request over. */
async function signed(changes: Partial<Plain> = {}): Promise<SignedRequest> {
  const { service, path, query, headers, body } = { ...plain, ...changes };
  const signer = new SignatureV4({
    service,
    region: "eu-central-1",
    credentials: operatorCredentials,
    sha256: Sha256,
    uriEscapePath: service !== "s3",
  });
  const request = { method: "POST", protocol: "http:", hostname: "localhost", path, query, body };
  const result = await signer.sign(
    { ...request, headers: { host: "localhost:4566", ...headers } },
    { signingDate: new Date(NOW) },
  );
  const search = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return {
    method: "POST",
    url: path + (search.length > 0 ? `?${search.join("&")}` : ""),
    headers: result.headers,
    body: Buffer.from(body),
  };
}

function genuine(request: SignedRequest, now = NOW): boolean {
  const claimed = readSignature(request);
  return claimed !== undefined && isGenuine(request, claimed, now);
}

describe("SigV4", () => {
  it("accepts what the SDK signs, whatever stands in query, headers and body", async () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,10}$/);
    const text = fc.string({ unit: codePoint, maxLength: 20 }).filter((value) => value.isWellFormed());
    const header = fc.stringMatching(/^[!-~][ -~]{0,20}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("dynamodb", "s3", "sqs"),
        fc.dictionary(name, text, { maxKeys: 5 }),
        fc.dictionary(
          name.map((key) => `x-amz-${key.toLowerCase()}-test`),
          header,
          { maxKeys: 3 },
        ),
        text,
        async (service, query, headers, body) => {
          assert.ok(genuine(await signed({ service, query, headers, body })));
        },
      ),
    );
  });

  it("accepts every path, escaped once for S3 and twice elsewhere", async () => {
    for (const service of ["s3", "dynamodb"]) {
      for (const path of ["/", "/bucket/a%20b%2Bc/%C3%A9.json", "/a/b/"])
        assert.ok(genuine(await signed({ service, path })));
    }
  });

  it("refuses a request that was changed", async () => {
    const request = await signed({ query: { a: "1" }, headers: { "x-amz-target": "GetItem" } });
    assert.ok(genuine(request));
    assert.ok(!genuine({ ...request, body: Buffer.from("{ }") }));
    assert.ok(!genuine({ ...request, method: "PUT" }));
    assert.ok(!genuine({ ...request, url: "/?a=2" }));
    assert.ok(!genuine({ ...request, headers: { ...request.headers, "x-amz-target": "PutItem" } }));
    const authorization = String(request.headers.authorization).replace(/.$/, (last) =>
      last === "0" ? "1" : "0",
    );
    assert.ok(!genuine({ ...request, headers: { ...request.headers, authorization } }));
  });

  it("refuses headers of AWS that are not signed", async () => {
    const request = await signed();
    const headers = { ...request.headers, "x-amz-target": "DynamoDB_20120810.DeleteTable" };
    assert.ok(!genuine({ ...request, headers }));
    assert.ok(genuine({ ...request, headers: { ...request.headers, "x-other": "a" } }));
  });

  it("refuses a body that is not the one whose hash is declared", async () => {
    const request = await signed({ service: "s3" });
    assert.ok(!genuine({ ...request, body: Buffer.from("another") }));
  });

  it("refuses what was signed too long ago, or for the future", async () => {
    const request = await signed();
    const minutes = (count: number) => NOW + count * 60_000;
    assert.ok(genuine(request, minutes(14)));
    assert.ok(!genuine(request, minutes(16)));
    assert.ok(!genuine(request, minutes(-16)));
  });

  /** By hand: the signer of the SDK makes none of those that AWS refuses. */
  function presigned(expires: string): SignedRequest {
    const query = [
      "X-Amz-Algorithm=AWS4-HMAC-SHA256",
      `X-Amz-Credential=${operatorCredentials.accessKeyId}%2F20261123%2Feu-central-1%2Fs3%2Faws4_request`,
      "X-Amz-Date=20261123T091201Z",
      `X-Amz-Expires=${expires}`,
      "X-Amz-SignedHeaders=host",
    ].join("&");
    const canonical = ["GET", "/b/k", query, "host:localhost\n", "host", "UNSIGNED-PAYLOAD"].join("\n");
    const digest = createHash("sha256").update(canonical).digest("hex");
    const scope = ["20261123", "eu-central-1", "s3", "aws4_request"];
    const key = scope.reduce(
      (secret, part) => createHmac("sha256", secret).update(part).digest(),
      Buffer.from(`AWS4${operatorCredentials.secretAccessKey}`),
    );
    const text = ["AWS4-HMAC-SHA256", "20261123T091201Z", scope.join("/"), digest].join("\n");
    const signature = createHmac("sha256", key).update(text).digest("hex");
    const url = `/b/k?${query}&X-Amz-Signature=${signature}`;
    return { method: "GET", url, headers: { host: "localhost" }, body: Buffer.alloc(0) };
  }

  it("refuses a presigned URL that is good for longer than a week, or for no time", () => {
    const expected = {
      60: true,
      604800: true,
      604801: false,
      0: false,
      1e9: false,
      Infinity: false,
      x: false,
    };
    for (const [expires, isGood] of Object.entries(expected))
      assert.equal(genuine(presigned(expires)), isGood, expires);
  });

  it("accepts a presigned URL until it expires", async () => {
    const signer = new SignatureV4({
      service: "s3",
      region: "eu-central-1",
      credentials: operatorCredentials,
      sha256: Sha256,
      uriEscapePath: false,
    });
    const { query = {} } = await signer.presign(
      {
        method: "GET",
        protocol: "http:",
        hostname: "localhost",
        path: "/imports/a%20b.json",
        query: {},
        headers: { host: "localhost:4566", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
      },
      { signingDate: new Date(NOW), expiresIn: 60, unhoistableHeaders: new Set() },
    );
    const search = Object.entries(query).map(
      ([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`,
    );
    const request = {
      method: "GET",
      url: `/imports/a%20b.json?${search.join("&")}`,
      headers: { host: "localhost:4566", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
      body: Buffer.alloc(0),
    };
    assert.ok(genuine(request, NOW + 59_000));
    assert.ok(!genuine(request, NOW + 61_000));
  });

  it("refuses a signature that leaves out for which host it is", async () => {
    const signer = new SignatureV4({
      service: "dynamodb",
      region: "eu-central-1",
      credentials: operatorCredentials,
      sha256: Sha256,
    });
    const request = {
      method: "POST",
      protocol: "http:",
      hostname: "localhost",
      path: "/",
      query: {},
      headers: {},
      body: "{}",
    };
    const { headers } = await signer.sign(request, { signingDate: new Date(NOW) });
    assert.ok(!genuine({ method: "POST", url: "/", headers, body: Buffer.from("{}") }));
  });

  it("finds no signature where there is none, or half of one", () => {
    for (const authorization of [
      undefined,
      "Bearer x",
      "AWS4-HMAC-SHA256 Credential=a/b",
      "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=xyz",
    ]) {
      const headers = authorization === undefined ? {} : { authorization, "x-amz-date": "20261123T091201Z" };
      assert.equal(readSignature({ url: "/", headers }), undefined);
    }
  });
});
