/** Distributions in front of buckets, sites and servers: by real HTTP over the real store. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DistributionService } from "../../../local/distributions/service.ts";
import { operatorCredentials } from "../../../local/iam/credentials.ts";
import { IamService } from "../../../local/iam/service.ts";
import { QueueAndBucketService } from "../../../local/queues-and-buckets/service.ts";
import { WebsiteService } from "../../../local/websites/service.ts";
import type { RecordedResource, Values } from "../../../program/recording.ts";
import { bucket, REGION, recording, resource, type TestContext, testContext } from "../iam/recordings.ts";
import { urlsOf } from "../support/urls.ts";

const ARN = "arn:aws:cloudfront::123456789012:distribution/E1";
const HOST = "d1.cloudfront.net";
const API_HOST = `a1b2c3d4e5.execute-api.${REGION}.amazonaws.com`;
const BUCKET_HOST = `pages.s3.${REGION}.amazonaws.com`;
const SITE_HOST = `pages.s3-website.${REGION}.amazonaws.com`;
const ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3";
const ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac";
const DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";

const control = resource("aws:cloudfront/originAccessControl:OriginAccessControl", "oac", {
  name: "oac",
  originAccessControlOriginType: "s3",
});
const identity = resource(
  "aws:cloudfront/originAccessIdentity:OriginAccessIdentity",
  "EOAI",
  {},
  { iamArn: "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity EOAI" },
);

function policy(
  principal: Values,
  action: string[] = ["s3:GetObject"],
  condition?: Values,
): RecordedResource {
  const statement = {
    Effect: "Allow",
    Principal: principal,
    Action: action,
    Resource: ["arn:aws:s3:::pages", "arn:aws:s3:::pages/*"],
    ...(condition ? { Condition: condition } : {}),
  };
  return resource("aws:s3/bucketPolicy:BucketPolicy", "read", {
    bucket: "pages",
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  });
}

const byControl = (arn = ARN) =>
  policy({ Service: "cloudfront.amazonaws.com" }, ["s3:GetObject"], {
    StringEquals: { "AWS:SourceArn": arn },
  });

const fromBucket = { originId: "b", domainName: BUCKET_HOST, originAccessControlId: "oac" };
const fromApi = { originId: "api", domainName: API_HOST, originPath: "/prod", customOriginConfig: {} };

function distribution(inputs: Values): RecordedResource {
  return resource(
    "aws:cloudfront/distribution:Distribution",
    "cdn",
    { enabled: true, origins: [fromBucket], defaultCacheBehavior: { targetOriginId: "b" }, ...inputs },
    { arn: ARN, domainName: HOST },
  );
}

describe("a distribution", () => {
  let context: TestContext;
  let api: Server;
  let cdn: DistributionService;
  let sites: WebsiteService;
  const running: { stop(): Promise<void> }[] = [];

  before(async () => {
    api = createServer((request, response) => {
      const { method, url = "", headers } = request;
      response.statusCode = Number(/status=(\d+)/.exec(url)?.[1] ?? 200);
      response.end(JSON.stringify({ method, url, headers }));
    });
    api.listen(0, "127.0.0.1");
    await once(api, "listening");
    context = testContext(recording(bucket("pages"), distribution({})));
    const iam = new IamService();
    const stores = new QueueAndBucketService(iam);
    const endpoint = () => stores.endpoint;
    sites = new WebsiteService({ endpoint });
    cdn = new DistributionService({ endpoint });
    for (const service of [iam, stores, sites, cdn]) {
      running.push(service);
      await service.start(context);
    }
    context.addresses.replace(
      `https://${API_HOST}`,
      `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    );
    const settings = { endpoint: stores.endpoint ?? "", region: REGION, forcePathStyle: true };
    const s3 = new S3Client({ ...settings, credentials: operatorCredentials });
    const objects = { "index.html": "home", "a b.css": "css", "v1/index.html": "first", "oops.html": "oops" };
    for (const [Key, Body] of Object.entries(objects))
      await s3.send(new PutObjectCommand({ Bucket: "pages", Key, Body, ContentType: "text/html" }));
    s3.destroy();
  });
  after(async () => {
    for (const service of running.reverse()) await service.stop();
    context.remove();
    api.close();
  });

  /** Another program on the same run. */
  async function realise(...resources: RecordedResource[]): Promise<void> {
    const next = context.with(recording(bucket("pages"), ...resources));
    await sites.update(next);
    await cdn.update(next);
  }

  async function get(path: string, init: RequestInit = {}) {
    const answer = await fetch(`${urlsOf(cdn).cdn}${path}`, init);
    return { status: answer.status, body: await answer.text(), headers: answer.headers };
  }
  const echoed = async (path: string, init: RequestInit = {}) => JSON.parse((await get(path, init)).body);
  const stateOf = (one: RecordedResource, ...more: RecordedResource[]) =>
    cdn.parity(one, recording(bucket("pages"), one, ...more));

  it("is called by an address of this machine wherever the program says its domain name", async () => {
    await realise(distribution({}), control, byControl());
    const local = String(urlsOf(cdn).cdn);
    assert.equal(context.addresses.apply(`https://${HOST}/a`), `${local}/a`);
    assert.equal(context.addresses.apply(HOST), new URL(local).host);
    assert.deepEqual(
      cdn.endpoints().map(({ url, serves }) => [url, serves]),
      [[`${local}/`, "distribution cdn"]],
    );
  });

  it("serves objects of a bucket whose policy lets it, and its root object", async () => {
    await realise(distribution({ defaultRootObject: "index.html" }), control, byControl());
    const root = await get("/");
    assert.deepEqual([root.status, root.body, root.headers.get("content-type")], [200, "home", "text/html"]);
    assert.equal((await get("/a%20b.css?v=1")).body, "css");
    const etag = root.headers.get("etag") ?? "";
    assert.equal((await get("/", { headers: { "If-None-Match": etag } })).status, 304);
    await realise(distribution({ origins: [{ ...fromBucket, originPath: "/v1" }] }), control, byControl());
    assert.equal((await get("/index.html")).body, "first");
    assert.equal((await get("/")).status, 403, "no root object, and no list of the bucket");
  });

  it("is refused by a policy that is for another, by that of an identity, and without one", async () => {
    const denied = async (...resources: RecordedResource[]) => {
      await realise(...resources);
      const { status, body } = await get("/index.html");
      assert.match(body, /<Code>AccessDenied<\/Code>/);
      return status;
    };
    assert.equal(await denied(distribution({}), control, byControl(`${ARN}2`)), 403);
    const ofIdentity = policy({ AWS: String(identity.outputs.iamArn) });
    assert.equal(await denied(distribution({}), control, identity, ofIdentity), 403);
    assert.equal(await denied(distribution({}), control), 403);
    const plain = [{ originId: "b", domainName: BUCKET_HOST }];
    assert.equal(await denied(distribution({ origins: plain }), byControl()), 403);
    const s3OriginConfig = { originAccessIdentity: "origin-access-identity/cloudfront/EOAI" };
    const ours = distribution({ origins: [{ ...plain[0], s3OriginConfig }] });
    await realise(ours, identity, ofIdentity);
    assert.equal((await get("/index.html")).body, "home");
    assert.equal(await denied(ours, identity, policy({ AWS: `${identity.outputs.iamArn}2` })), 403);
    await realise(distribution({ origins: plain }), policy({ AWS: "*" }));
    assert.equal((await get("/index.html")).body, "home");
  });

  it("tells that an object is missing only where it may list, and answers with pages of its own", async () => {
    const open = policy({ Service: "cloudfront.amazonaws.com" }, ["s3:GetObject", "s3:ListBucket"]);
    await realise(distribution({}), control, open);
    assert.match((await get("/none")).body, /<Code>NoSuchKey<\/Code>.*<Key>none<\/Key>/);
    await realise(distribution({}), control, byControl());
    assert.equal((await get("/none")).status, 403);
    const customErrorResponses = [
      { errorCode: 403, responseCode: 200, responsePagePath: "/oops.html" },
      { errorCode: 404, responseCode: 404, responsePagePath: "/none.html" },
    ];
    await realise(distribution({ customErrorResponses }), control, byControl());
    const page = await get("/none");
    assert.deepEqual([page.status, page.body], [200, "oops"]);
    await realise(distribution({ customErrorResponses }), control, open);
    assert.match((await get("/none")).body, /<Key>none<\/Key>/, "the page is missing too");
  });

  it("takes the first behavior whose pattern fits, and passes on what its policies name", async () => {
    const behavior = (pathPattern: string, more: Values): Values => ({
      pathPattern,
      targetOriginId: "api",
      allowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
      cachePolicyId: DISABLED,
      ...more,
    });
    const all = { cachePolicyId: DISABLED, originRequestPolicyId: ALL_BUT_HOST };
    const own = resource("aws:cloudfront/originRequestPolicy:OriginRequestPolicy", "own", {
      headersConfig: { headerBehavior: "whitelist", headers: { items: ["X-A"] } },
      cookiesConfig: { cookieBehavior: "allExcept", cookies: { items: ["no"] } },
      queryStringsConfig: { queryStringBehavior: "whitelist", queryStrings: { items: ["q"] } },
    });
    await realise(
      own,
      control,
      byControl(),
      distribution({
        origins: [fromBucket, { ...fromApi, customHeaders: [{ name: "X-Secret", value: "s" }] }],
        orderedCacheBehaviors: [
          behavior("/api/none", {}),
          behavior("api/own?", { originRequestPolicyId: "own" }),
          behavior("/api/host", { originRequestPolicyId: ALL_VIEWER }),
          behavior("/api/old", {
            forwardedValues: { queryString: true, cookies: { forward: "none" }, headers: ["X-A"] },
          }),
          behavior("/api/*", all),
        ],
      }),
    );
    const sent = { headers: { "X-A": "1", "X-B": "2", Cookie: "yes=1; no=2" } };
    const everything = await echoed("/api/x?q=1&r=2", { ...sent, method: "POST", body: "b" });
    assert.deepEqual([everything.method, everything.url], ["POST", "/prod/api/x?q=1&r=2"]);
    const { headers } = everything;
    assert.deepEqual(
      [headers["x-a"], headers["x-b"], headers.cookie, headers["x-secret"]],
      ["1", "2", "yes=1; no=2", "s"],
    );
    assert.notEqual(headers.host, new URL(String(urlsOf(cdn).cdn)).host);
    const nothing = await echoed("/api/none?q=1", sent);
    assert.equal(nothing.url, "/prod/api/none");
    assert.deepEqual(
      [nothing.headers["x-a"], nothing.headers.cookie, nothing.headers["user-agent"]],
      [undefined, undefined, "Amazon CloudFront"],
    );
    const some = await echoed("/api/own1?q=1&r=2", sent);
    assert.equal(some.url, "/prod/api/own1?q=1");
    assert.deepEqual(
      [some.headers["x-a"], some.headers["x-b"], some.headers.cookie],
      ["1", undefined, "yes=1"],
    );
    const old = await echoed("/api/old?q=1", sent);
    assert.deepEqual(
      [old.url, old.headers["x-a"], old.headers.cookie],
      ["/prod/api/old?q=1", "1", undefined],
    );
    assert.equal((await get("/api/host")).status, 403, "an API refuses the viewer's Host");
    assert.equal((await get("/api/x?status=404")).status, 404);
    assert.equal(
      (await get("/index.html", { method: "POST" })).status,
      403,
      "no method of the default behavior",
    );
    assert.equal((await get("/index.html")).body, "home");
  });

  it("matches a path as RFC 3986 writes it, and hands on what was sent, to its own origin", async () => {
    const api = { targetOriginId: "api", cachePolicyId: DISABLED };
    await realise(
      control,
      byControl(),
      distribution({
        origins: [fromBucket, fromApi],
        defaultCacheBehavior: api,
        orderedCacheBehaviors: [{ pathPattern: "/pages/*", targetOriginId: "b" }],
      }),
    );
    const asked = async (path: string): Promise<string> => {
      // `fetch` would change it.
      const sent = request(new URL(String(urlsOf(cdn).cdn)), { path });
      sent.end();
      const [answer] = (await once(sent, "response")) as [IncomingMessage];
      return (await answer.toArray()).join("");
    };
    for (const path of [
      "/a/../b",
      "/pages/../b",
      "/pages/%2e%2e/b",
      "//other.test/b",
      "/a%2Fb",
      "/..",
      "/a//b?c",
    ])
      assert.equal(JSON.parse(await asked(path)).url, `/prod${path.split("?")[0]}`, path);
    for (const path of ["/pages/x", "/a/../pages/x", "/%70ages/x"])
      assert.match(await asked(path), /AccessDenied/, path);
  });

  it("stands before the site of a bucket", async () => {
    const website = resource(
      "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
      "site",
      { bucket: "pages", indexDocument: { suffix: "index.html" } },
      { websiteEndpoint: SITE_HOST },
    );
    const origins = [
      { originId: "b", domainName: SITE_HOST, customOriginConfig: { originProtocolPolicy: "http-only" } },
    ];
    await realise(website, policy({ AWS: "*" }), distribution({ origins }));
    assert.equal((await get("/v1/")).body, "first");
    assert.deepEqual(
      sites.endpoints().map(({ serves }) => serves),
      ["site of pages"],
    );
  });

  it("lets nothing out to the cloud", async () => {
    const origins = [
      { originId: "b", domainName: `far.execute-api.${REGION}.amazonaws.com`, customOriginConfig: {} },
    ];
    await realise(distribution({ origins }));
    assert.equal((await get("/")).status, 502);
  });

  it("says of an origin that is gone from the program which bucket it was, and takes no site for its bucket", async () => {
    const from = (host: string) => distribution({ origins: [{ originId: "b", domainName: host }] });
    await realise(from(BUCKET_HOST.replace("pages", "gone")));
    const { status, body } = await get("/");
    assert.deepEqual(
      [status, JSON.parse(body)],
      [501, { message: "/*: the program declares no bucket gone" }],
    );
    await realise(from(SITE_HOST.replace("website.", "website-")), policy({ AWS: "*" }));
    assert.equal(
      (await get("/index.html")).status,
      502,
      "the older form of a site's address, which leads nowhere",
    );
  });

  it("refuses by name what runs at the edge, signed addresses and groups of origins", async () => {
    const cases: [Values, RegExp][] = [
      [{ functionAssociations: [{ eventType: "viewer-request", functionArn: "f" }] }, /CloudFront Functions/],
      [{ lambdaFunctionAssociations: [{ eventType: "origin-request", lambdaArn: "f" }] }, /Lambda@Edge/],
      [{ trustedKeyGroups: ["g"] }, /signed URLs/],
      [{ targetOriginId: "both" }, /origin groups \(both\)/],
    ];
    for (const [behavior, reason] of cases) {
      const one = distribution({
        defaultCacheBehavior: { targetOriginId: "b", ...behavior },
        originGroups: [{ originId: "both", members: [{ originId: "b" }] }],
      });
      await realise(one, control, byControl());
      const { status, body } = await get("/index.html");
      assert.equal(status, 501);
      assert.match(body, reason);
      const parity = stateOf(one, control);
      assert.equal(parity?.state, "unsupported");
      assert.match(parity?.reason ?? "", reason);
    }
    assert.deepEqual(stateOf(distribution({ webAclId: "acl" }), control), {
      state: "realised",
      reason: "an address of its own on this machine, by HTTP and without a cache, without its firewall",
    });
  });
});
