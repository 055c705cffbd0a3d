import assert from "node:assert/strict";
import { HttpApi, type HttpApiArgs } from "../http-api.ts";
import { LambdaFunction } from "../lambda-function.ts";
import type { Authorizer, Routes } from "../routes.ts";
import { declare } from "./support/declare.ts";

const ENTRY = "packages/components/tests/fixtures/hello.ts";
const jwt: Authorizer = { type: "jwt", issuer: "https://issuer.example.com/", audience: ["tandem"] };
const ROUTE = "aws:apigatewayv2/route:Route";

/** An API with two functions and three routes. */
function declareApi(args: Partial<HttpApiArgs> = {}) {
  return declare(() => {
    const reader = new LambdaFunction("reader", { entry: ENTRY });
    const writer = new LambdaFunction("writer", { entry: ENTRY });
    const routes: Routes = {
      "GET /orders": reader,
      "GET /orders/{id}": { function: reader, open: true },
      "POST /orders": { function: writer, scopes: ["orders:write"] },
    };
    const api = new HttpApi("api", { authorizer: { type: "open" }, routes, ...args });
    return { url: api.url, endpoints: api.endpoints };
  });
}

describe("HttpApi", () => {
  it("declares one integration a function and one permission a route", async () => {
    const declared = await declareApi();
    const counts = declared.counts();
    assert.equal(counts["aws:apigatewayv2/api:Api"], 1);
    assert.equal(counts["aws:apigatewayv2/stage:Stage"], 1);
    assert.equal(counts["aws:apigatewayv2/integration:Integration"], 2);
    assert.equal(counts[ROUTE], 3);
    assert.equal(counts["aws:lambda/permission:Permission"], 3);
    assert.equal(counts["aws:apigatewayv2/authorizer:Authorizer"], undefined);
    assert.equal(counts["aws:apigatewayv2/domainName:DomainName"], undefined);
  });

  it("hands requests to the alias, in payload format 2.0, for less time than HTTP APIs allow", async () => {
    const declared = await declareApi();
    const { integrationUri, ...inputs } = declared.inputs(
      "aws:apigatewayv2/integration:Integration",
      "api-reader",
    );
    assert.match(String(integrationUri), /:function:tandem-dev-reader:live\/invocations$/);
    assert.deepEqual(inputs, {
      apiId: declared.one("aws:apigatewayv2/api:Api").id,
      integrationType: "AWS_PROXY",
      payloadFormatVersion: "2.0",
      timeoutMilliseconds: 29000,
    });
  });

  it("leads each route to its integration", async () => {
    const declared = await declareApi();
    const integration = declared.one("aws:apigatewayv2/integration:Integration", "api-writer");
    assert.deepEqual(declared.inputs(ROUTE, "api-POST/orders"), {
      apiId: declared.one("aws:apigatewayv2/api:Api").id,
      routeKey: "POST /orders",
      target: `integrations/${integration.id}`,
      authorizationType: "NONE",
    });
  });

  it("may call a function for its own routes only", async () => {
    const declared = await declareApi();
    const api = declared.one("aws:apigatewayv2/api:Api");
    assert.deepEqual(declared.inputs("aws:lambda/permission:Permission", "api-GET/orders/{id}"), {
      statementId: "api-GET-orders-id-5f620acc",
      action: "lambda:InvokeFunction",
      function: "tandem-dev-reader",
      qualifier: "live",
      principal: "apigateway.amazonaws.com",
      sourceArn: `arn:aws:execute-api:eu-central-1:123456789012:${api.id}/*/GET/orders/{id}`,
    });
  });

  it("deploys itself and throttles", async () => {
    const declared = await declareApi({ rateLimit: 500, burstLimit: 1000 });
    assert.partialDeepStrictEqual(declared.inputs("aws:apigatewayv2/stage:Stage"), {
      name: "$default",
      autoDeploy: true,
      defaultRouteSettings: {
        throttlingRateLimit: 500,
        throttlingBurstLimit: 1000,
        detailedMetricsEnabled: false,
      },
    });
  });

  it("measures each route where that is wanted: every metric of a route costs", async () => {
    const declared = await declareApi({ routeMetrics: true });
    assert.partialDeepStrictEqual(declared.inputs("aws:apigatewayv2/stage:Stage"), {
      defaultRouteSettings: { detailedMetricsEnabled: true },
    });
  });

  it("writes a line of JSON a request into a log of its own", async () => {
    const declared = await declareApi({ logRetentionDays: 365 });
    assert.deepEqual(declared.inputs("aws:cloudwatch/logGroup:LogGroup", "api-access-log"), {
      name: "/aws/vendedlogs/apigateway/tandem-dev-api",
      retentionInDays: 365,
    });
    const settings = declared.inputs("aws:apigatewayv2/stage:Stage").accessLogSettings as Record<
      string,
      string
    >;
    assert.match(String(settings.destinationArn), /log-group:\/aws\/vendedlogs\/apigateway\/tandem-dev-api/);
    const fields = JSON.parse(String(settings.format));
    assert.equal(fields.requestId, "$context.requestId");
    assert.equal(fields.status, "$context.status");
    assert.equal(fields.integrationLatency, "$context.integrationLatency");
    for (const value of Object.values(fields)) assert.match(String(value), /^\$context\.[\w.]+$/);
  });

  it("lets web pages of its origins in, with the methods it has", async () => {
    const declared = await declareApi({ corsOrigins: ["https://app.example.com"] });
    assert.deepEqual(declared.inputs("aws:apigatewayv2/api:Api").corsConfiguration, {
      allowOrigins: ["https://app.example.com"],
      allowMethods: ["GET", "POST"],
      allowHeaders: ["authorization", "content-type", "idempotency-key", "if-match", "if-none-match"],
      exposeHeaders: ["apigw-requestid", "etag", "location", "retry-after"],
      allowCredentials: false,
      maxAge: 3600,
    });
  });

  it("has no CORS without origins", async () => {
    const declared = await declareApi({ corsOrigins: [] });
    assert.equal(declared.inputs("aws:apigatewayv2/api:Api").corsConfiguration, undefined);
  });

  it("tells its address and which function answers where", async () => {
    const declared = await declareApi();
    const api = declared.one("aws:apigatewayv2/api:Api");
    assert.deepEqual(declared.recording.outputs, {
      url: `https://${api.id}.execute-api.eu-central-1.amazonaws.com`,
      endpoints: [
        { method: "GET", path: "/orders", function: "reader" },
        { method: "GET", path: "/orders/{id}", function: "reader" },
        { method: "POST", path: "/orders", function: "writer" },
      ],
    });
  });

  it("refuses a function that may take longer than the API waits", async () => {
    await assert.rejects(
      declare(() => {
        const slow = new LambdaFunction("slow", { entry: ENTRY, timeout: 29 });
        new HttpApi("api", { authorizer: { type: "open" }, routes: { "GET /slow": slow } });
      }),
      {
        message:
          'GET /slow: function "slow" has a timeout of 29 s; the API waits 29 s, so the timeout must be less than that.',
      },
    );
  });
});

describe("HttpApi with an authorizer", () => {
  it("asks for a token of the issuer, with the scopes of the route", async () => {
    const declared = await declareApi({ authorizer: jwt });
    const authorizer = declared.one("aws:apigatewayv2/authorizer:Authorizer");
    assert.deepEqual(authorizer.inputs, {
      apiId: declared.one("aws:apigatewayv2/api:Api").id,
      name: "tandem-dev-api",
      authorizerType: "JWT",
      identitySources: ["$request.header.Authorization"],
      jwtConfiguration: { issuer: "https://issuer.example.com/", audiences: ["tandem"] },
    });
    assert.partialDeepStrictEqual(declared.inputs(ROUTE, "api-POST/orders"), {
      authorizationType: "JWT",
      authorizerId: authorizer.id,
      authorizationScopes: ["orders:write"],
    });
    assert.equal(declared.inputs(ROUTE, "api-GET/orders").authorizationScopes, undefined);
  });

  it("leaves a route open that says so", async () => {
    const declared = await declareApi({ authorizer: jwt });
    const inputs = declared.inputs(ROUTE, "api-GET/orders/{id}");
    assert.equal(inputs.authorizationType, "NONE");
    assert.equal(inputs.authorizerId, undefined);
  });

  it("asks for a signature where it is IAM, and makes no authorizer", async () => {
    const declared = await declareApi({ authorizer: { type: "iam" } });
    const inputs = declared.inputs(ROUTE, "api-POST/orders");
    assert.equal(inputs.authorizationType, "AWS_IAM");
    assert.equal(inputs.authorizationScopes, undefined);
    assert.deepEqual(declared.names("aws:apigatewayv2/authorizer:Authorizer"), []);
  });

  it("refuses open writing routes where writes are guarded, naming them", async () => {
    await assert.rejects(
      declareApi({ authorizer: { type: "open" }, guardWrites: true }),
      /^Mistake: Anybody could call POST \/orders, which write; in production they need an authorizer/,
    );
    await assert.rejects(
      declare(() => {
        const writer = new LambdaFunction("writer", { entry: ENTRY });
        const routes: Routes = { "DELETE /orders/{id}": { function: writer, open: true } };
        new HttpApi("api", { authorizer: jwt, guardWrites: true, routes });
      }),
      /Anybody could call DELETE \/orders\/\{id\}/,
    );
  });

  it("takes guarded writes and open reads", async () => {
    const declared = await declareApi({ authorizer: jwt, guardWrites: true });
    assert.equal(declared.all(ROUTE).length, 3);
  });
});

describe("HttpApi with a domain", () => {
  const domain = { name: "api.example.com", zoneId: "Z0123456789ABCDEFGHIJ" };

  it("has a certificate, the proof for it, a mapping and a record", async () => {
    const declared = await declareApi({ domain });
    const { zoneId } = domain;
    assert.deepEqual(declared.inputs("aws:acm/certificate:Certificate"), {
      domainName: "api.example.com",
      validationMethod: "DNS",
    });
    assert.partialDeepStrictEqual(declared.inputs("aws:route53/record:Record", "api-domain-proof"), {
      zoneId,
      type: "CNAME",
      ttl: 300,
    });
    const issued = declared.one("aws:acm/certificateValidation:CertificateValidation");
    assert.partialDeepStrictEqual(declared.inputs("aws:apigatewayv2/domainName:DomainName"), {
      domainName: "api.example.com",
      domainNameConfiguration: {
        certificateArn: issued.inputs.certificateArn,
        endpointType: "REGIONAL",
        securityPolicy: "TLS_1_2",
      },
    });
    assert.deepEqual(declared.inputs("aws:apigatewayv2/apiMapping:ApiMapping"), {
      apiId: declared.one("aws:apigatewayv2/api:Api").id,
      stage: "$default",
      domainName: "api.example.com",
    });
    assert.partialDeepStrictEqual(declared.inputs("aws:route53/record:Record", "api-domain-record"), {
      zoneId,
      name: "api.example.com",
      type: "A",
    });
  });

  it("is called by the domain alone", async () => {
    const declared = await declareApi({ domain });
    assert.equal(declared.recording.outputs.url, "https://api.example.com");
    assert.equal(declared.inputs("aws:apigatewayv2/api:Api").disableExecuteApiEndpoint, true);
  });

  it("waits with the domain for the certificate to be issued", async () => {
    const declared = await declareApi({ domain });
    const issued = declared.one("aws:acm/certificateValidation:CertificateValidation");
    const proof = declared.one("aws:route53/record:Record", "api-domain-proof");
    assert.deepEqual(issued.inputs.validationRecordFqdns, [proof.outputs.fqdn]);
    assert.ok(declared.one("aws:apigatewayv2/domainName:DomainName").dependencies.includes(issued.urn));
  });
});
