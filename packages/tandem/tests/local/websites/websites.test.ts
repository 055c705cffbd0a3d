/** Buckets served as sites, by real HTTP over the real store. */
import assert from "node:assert/strict";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { QueueAndBucketService } from "../../../local/queues-and-buckets/service.ts";
import { WebsiteService } from "../../../local/websites/service.ts";
import type { Values } from "../../../program/recording.ts";
import { bucket, REGION, recording, resource, testContext } from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";
import { urlsOf } from "../support/urls.ts";

const HOST = `pages.s3-website.${REGION}.amazonaws.com`;
const index = { indexDocument: { suffix: "index.html" } };

describe("the site of a bucket", () => {
  const run = serviceRun({ lasts: "block" });
  let site: WebsiteService;
  let stores: QueueAndBucketService;

  const website = (inputs: Values) =>
    resource(
      "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
      "site",
      { bucket: "pages", ...inputs },
      { websiteEndpoint: HOST },
    );
  const open = (...Action: string[]) =>
    resource("aws:s3/bucketPolicy:BucketPolicy", "open", {
      bucket: "pages",
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: "*",
            Action,
            Resource: ["arn:aws:s3:::pages", "arn:aws:s3:::pages/*"],
          },
        ],
      }),
    });

  /** The objects, which all sites here are of. */
  before(async () => {
    stores = new QueueAndBucketService(await run.begin(testContext(recording(bucket("pages")))));
    await run.start(stores);
    const client = run.client(
      "AWS_ENDPOINT_URL_S3",
      (settings) => new S3Client({ ...settings, forcePathStyle: true }),
    );
    const objects = {
      "index.html": "home",
      "docs/index.html": "docs",
      "oops.html": "oops",
      "a b.css": "css",
    };
    for (const [Key, Body] of Object.entries(objects))
      await client.send(
        new PutObjectCommand({
          Bucket: "pages",
          Key,
          Body,
          ContentType: "text/html",
          CacheControl: "max-age=60",
        }),
      );
  });

  async function start(...resources: Parameters<typeof recording>): Promise<void> {
    site = new WebsiteService({ endpoint: () => stores.endpoint });
    await site.start(run.context.with(recording(bucket("pages"), ...resources)));
  }
  afterEach(() => site.stop());

  async function get(path: string, init: RequestInit = {}) {
    const answer = await fetch(`${urlsOf(site).site}${path}`, { redirect: "manual", ...init });
    return { status: answer.status, body: await answer.text(), headers: answer.headers };
  }

  it("serves objects, and the index of a folder, at the address that functions are given", async () => {
    await start(website(index), open("s3:GetObject", "s3:ListBucket"));
    const { status, body, headers } = await get("/");
    assert.deepEqual(
      [status, body, headers.get("content-type"), headers.get("cache-control")],
      [200, "home", "text/html", "max-age=60"],
    );
    assert.equal((await get("/docs/?x=1")).body, "docs");
    assert.equal((await get("/a%20b.css")).body, "css");
    const folder = await get("/docs");
    assert.deepEqual([folder.status, folder.headers.get("location")], [302, "/docs/"]);
    const etag = headers.get("etag") ?? "";
    assert.equal((await get("/", { headers: { "if-none-match": etag } })).status, 304);
    const head = await get("/", { method: "HEAD" });
    assert.deepEqual([head.status, head.body, head.headers.get("content-length")], [200, "", "4"]);
    assert.equal((await get("/", { method: "POST" })).status, 405);
    assert.equal(run.context.addresses.apply(`http://${HOST}/docs/`), `${urlsOf(site).site}/docs/`);
  });

  it("answers what is missing with a page, or with the error document", async () => {
    await start(website(index), open("s3:GetObject", "s3:ListBucket"));
    const { status, body } = await get("/<none>");
    assert.equal(status, 404);
    assert.match(body, /<li>Code: NoSuchKey<\/li>\n.*\n<li>Key: &lt;none&gt;<\/li>/);
    await site.stop();
    await start(website({ ...index, errorDocument: { key: "oops.html" } }), open("s3:GetObject"));
    const missing = await get("/none");
    // Who may not list the bucket is not told that it is missing.
    assert.deepEqual([missing.status, missing.body], [403, "oops"]);
  });

  it("serves nothing that the bucket's policy does not open to everybody", async () => {
    await start(website(index));
    const { status, body } = await get("/");
    assert.deepEqual([status, /Code: AccessDenied/.test(body)], [403, true]);
    await site.stop();
    const block = resource("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "block", {
      bucket: "pages",
      restrictPublicBuckets: true,
    });
    await start(website(index), open("s3:GetObject"), block);
    assert.equal((await get("/")).status, 403);
  });

  it("sends everybody to another host where it is told to", async () => {
    await start(website({ redirectAllRequestsTo: { hostName: "example.com", protocol: "https" } }));
    const { status, headers } = await get("/docs/?x=1");
    assert.deepEqual([status, headers.get("location")], [301, "https://example.com/docs/?x=1"]);
  });

  it("is said by a bucket itself as well", async () => {
    const of = (name: string, website: Values) =>
      resource(
        "aws:s3/bucket:Bucket",
        name,
        { bucket: name, website },
        { websiteEndpoint: `${name}.s3-website-${REGION}.amazonaws.com` },
      );
    const moved = of("moved", { redirectAllRequestsTo: "https://example.com" });
    await start(
      of("pages", { indexDocument: "index.html", errorDocument: "oops.html" }),
      moved,
      open("s3:GetObject"),
    );
    const answers = await Promise.all(
      ["/", "/none"].map(async (path) => (await fetch(`${urlsOf(site).pages}${path}`)).text()),
    );
    assert.deepEqual(answers, ["home", "oops"]);
    const away = await fetch(`${urlsOf(site).moved}/a`, { redirect: "manual" });
    assert.equal(away.headers.get("location"), "https://example.com/a");
  });

  it("is not served with routing rules, and says so", async () => {
    const rules = website({ ...index, routingRules: [{ redirect: { hostName: "example.com" } }] });
    await start(rules, open("s3:GetObject"));
    assert.deepEqual(urlsOf(site), {});
    assert.ok(
      run.context.lines.some((line) => line.startsWith("Site of site: routing rules are not applied here")),
    );
    assert.equal(site.parity(rules)?.state, "unsupported");
    assert.equal(site.parity(website(index))?.state, "realised");
    const ofItself = (inputs: Values) => stores.parity(bucket("pages", { website: inputs }))?.state;
    assert.deepEqual([ofItself({ routingRules: "[{}]" }), ofItself(index)], ["unsupported", "realised"]);
  });
});
