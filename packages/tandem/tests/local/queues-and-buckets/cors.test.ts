/** Pages that call a bucket, as S3 was recorded to answer them. */
import assert from "node:assert/strict";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { operatorCredentials } from "../../../local/iam/credentials.ts";
import { QueueAndBucketService } from "../../../local/queues-and-buckets/service.ts";
import { bucket, REGION, recording, resource, testContext } from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

const PAGE = "https://localhost:4200";
const VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

describe("CORS of a bucket", () => {
  const run = serviceRun({ lasts: "block" });

  before(async () => {
    const separate = resource("aws:s3/bucketCorsConfiguration:BucketCorsConfiguration", "imports", {
      bucket: "imports",
      corsRules: [
        {
          allowedHeaders: ["content-*", "x-amz-request-payer"],
          allowedMethods: ["GET", "PUT"],
          allowedOrigins: [PAGE],
          maxAgeSeconds: 3000,
        },
      ],
    });
    const own = [{ allowedMethods: ["GET"], allowedOrigins: ["*"], exposeHeaders: ["ETag"] }];
    const program = recording(
      bucket("imports"),
      separate,
      bucket("open", { corsRules: own }),
      bucket("closed"),
    );
    await run.start(new QueueAndBucketService(await run.begin(testContext(program))));
  });

  const origin = () => new URL(run.context.addresses.variables().AWS_ENDPOINT_URL_S3 ?? "");
  const ask = (path: string, headers: Record<string, string>) =>
    fetch(`${origin().origin}${path}`, { method: "OPTIONS", headers });
  const corsOf = ({ headers }: Response) =>
    Object.fromEntries([...headers].filter(([name]) => /^(access-control-|vary$)/.test(name)));
  const ALLOWED = {
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "GET, PUT",
    "access-control-allow-origin": PAGE,
    "access-control-max-age": "3000",
    vary: VARY,
  };

  it("answers a preflight by its rules", async () => {
    const method = { "access-control-request-method": "PUT" };
    const allowed = await ask("/imports/a", {
      ...method,
      origin: PAGE,
      "access-control-request-headers": "Content-Type, x-amz-request-payer",
    });
    assert.equal(allowed.status, 200);
    assert.deepEqual(corsOf(allowed), {
      ...ALLOWED,
      "access-control-allow-headers": "content-type, x-amz-request-payer",
    });
    const everybody = await ask("/open/a", { origin: PAGE, "access-control-request-method": "GET" });
    assert.deepEqual(corsOf(everybody), {
      "access-control-allow-methods": "GET",
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "ETag",
      vary: VARY,
    });
  });

  it("refuses a preflight that no rule allows, and says why", async () => {
    const headersOf = async (path: string, headers: Record<string, string>) => {
      const answer = await ask(path, headers);
      const text = await answer.text();
      return [
        answer.status,
        /<Code>(.*)<\/Code>/.exec(text)?.[1],
        /<Message>(.*)<\/Message>/.exec(text)?.[1],
      ];
    };
    const put = { origin: PAGE, "access-control-request-method": "PUT" };
    const notAllowed =
      "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";
    assert.deepEqual(await headersOf("/imports/a", {}), [
      400,
      "BadRequest",
      "Insufficient information. Origin request header needed.",
    ]);
    assert.deepEqual(await headersOf("/closed/a", put), [
      403,
      "AccessForbidden",
      "CORSResponse: CORS is not enabled for this bucket.",
    ]);
    assert.deepEqual(await headersOf("/absent/a", put), [
      403,
      "AccessForbidden",
      "CORSResponse: Bucket not found",
    ]);
    for (const [path, headers] of [
      ["/open/a", put],
      ["/imports/a", { ...put, origin: "https://localhost:4201" }],
      ["/imports/a", { ...put, "access-control-request-headers": "x-other" }],
    ] as const)
      assert.deepEqual(await headersOf(path, headers), [403, "AccessForbidden", notAllowed]);
  });

  it("lets a page upload to a presigned address and read what it is answered", async () => {
    const presigned = async (method: "PUT" | "DELETE") => {
      const signer = new SignatureV4({
        service: "s3",
        region: REGION,
        credentials: operatorCredentials,
        sha256: Sha256,
        uriEscapePath: false,
      });
      const headers = { host: origin().host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
      const request = { method, protocol: "http:", hostname: "", path: "/imports/a", headers };
      const { query } = await signer.presign(request, { expiresIn: 60 });
      const address = `${origin().origin}/imports/a?${new URLSearchParams(query as Record<string, string>)}`;
      return fetch(address, {
        method,
        headers: { origin: PAGE, "content-type": "text/plain" },
        ...(method === "PUT" ? { body: "of a page" } : {}),
      });
    };
    const stored = await presigned("PUT");
    assert.equal(stored.status, 200);
    assert.deepEqual(corsOf(stored), ALLOWED);
    const byNoRule = await presigned("DELETE");
    assert.equal(byNoRule.status, 204);
    assert.deepEqual(corsOf(byNoRule), {});
    const unsigned = await fetch(`${origin().origin}/imports/a`, { headers: { origin: PAGE } });
    assert.equal(unsigned.status, 403);
    assert.deepEqual(corsOf(unsigned), ALLOWED);
  });
});
