import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { find } from "./fixtures.ts";
import { ACCOUNT, id, outputs, REGION, recorded } from "./made-up.ts";

const code = new pulumi.asset.StringAsset("x");
const role = `arn:aws:iam::${ACCOUNT}:role/r`;

describe("made-up outputs", () => {
  it("name what has no name after its logical name and seven digits, the same every time", async () => {
    const declare = () => new aws.iam.Role("worker", { assumeRolePolicy: "{}" });
    const first = await outputs("worker", declare);
    assert.match(String(first.name), /^worker-[0-9a-f]{7}$/);
    assert.deepEqual(await outputs("worker", declare), first);
  });

  it("name what has a prefix after it", async () => {
    const { name } = await outputs("q", () => new aws.sqs.Queue("q", { namePrefix: "jobs-" }));
    assert.match(String(name), /^jobs-[0-9a-f]{7}$/);
  });

  it("tell two resources apart that share type and name under different parents", async () => {
    class Group extends pulumi.ComponentResource {
      constructor(name: string, type: string) {
        super(type, name);
        new aws.sqs.Queue("inbox", {}, { parent: this });
        this.registerOutputs();
      }
    }
    const { resources } = await recorded(() => [
      new Group("a", "test:index:A"),
      new Group("b", "test:index:B"),
    ]);
    const arns = resources.filter(({ name }) => name === "inbox").map(({ outputs }) => outputs.arn);
    assert.equal(arns.length, 2);
    assert.notEqual(arns[0], arns[1]);
  });

  it("keep the id of what is imported or read", async () => {
    assert.equal(
      await id("i", () => new aws.sqs.Queue("i", {}, { import: "https://sqs/there" })),
      "https://sqs/there",
    );
    const recording = await recorded(() => aws.dynamodb.Table.get("t", "ferns"));
    assert.deepEqual([find(recording, "t").id, find(recording, "t").read], ["ferns", true]);
  });

  it("make secret what the resource's type says is secret", async () => {
    const { secret } = await outputs("key", () => new aws.iam.AccessKey("key", { user: "u" }));
    assert.equal((secret as { $?: string }).$, "secret");
  });

  it("stand in the region of the resource's own argument, its provider, the config", async () => {
    const recording = await recorded(() => {
      const provider = new aws.Provider("p", { region: "us-west-2" });
      new aws.sns.Topic("a", { region: "ap-south-1" }, { provider });
      new aws.sns.Topic("b", {}, { provider });
      new aws.sns.Topic("c");
    });
    const regions = ["a", "b", "c"].map((name) => String(find(recording, name).outputs.arn).split(":")[3]);
    assert.deepEqual(regions, ["ap-south-1", "us-west-2", REGION]);
  });

  it("give types of Cloud Control their ARN by each name that it may have there", async () => {
    class Cluster extends pulumi.CustomResource {
      constructor(name: string) {
        super("aws-native:dsql:Cluster", name, {});
      }
    }
    const { arn, ...others } = await outputs("orders", () => new Cluster("orders"));
    assert.match(String(arn), new RegExp(`^arn:aws:dsql:${REGION}:${ACCOUNT}:orders-[0-9a-f]{7}$`));
    assert.deepEqual([others.resourceArn, others.clusterArn], [arn, arn]);
  });

  it("give types in no table an id, a name and an ARN of the common form", async () => {
    const { arn, name } = await outputs("v", () => new aws.backup.Vault("v", { name: "vault" }));
    assert.deepEqual([arn, name], [`arn:aws:backup:${REGION}:${ACCOUNT}:vault`, "vault"]);
  });

  describe("of Lambda", () => {
    it("give a function its ARNs", async () => {
      const made = await outputs(
        "f",
        () =>
          new aws.lambda.Function("f", {
            name: "ferns",
            role,
            code: new pulumi.asset.AssetArchive({ "index.js": code }),
          }),
      );
      const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:ferns`;
      const invoke = (target: string) =>
        `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${target}/invocations`;
      assert.equal(made.arn, arn);
      assert.equal(made.invokeArn, invoke(arn));
      assert.equal(made.version, "$LATEST");
      assert.equal(made.qualifiedArn, `${arn}:$LATEST`);
    });

    it("give a published function its first version, and an alias the function's ARN", async () => {
      const recording = await recorded(() => {
        const fn = new aws.lambda.Function("f", {
          name: "ferns",
          role,
          publish: true,
          code: new pulumi.asset.FileArchive("."),
        });
        const alias = new aws.lambda.Alias("live", {
          name: "live",
          functionName: fn.arn,
          functionVersion: fn.version,
        });
        new aws.lambda.FunctionUrl("url", {
          functionName: fn.name,
          qualifier: alias.name,
          authorizationType: "NONE",
        });
      });
      assert.equal(find(recording, "f").outputs.version, "1");
      assert.equal(find(recording, "live").inputs.functionVersion, "1");
      assert.equal(
        find(recording, "live").outputs.arn,
        `arn:aws:lambda:${REGION}:${ACCOUNT}:function:ferns:live`,
      );
      assert.match(
        String(find(recording, "url").outputs.functionUrl),
        /^https:\/\/[a-z0-9]+\.lambda-url\.eu-central-1\.on\.aws\/$/,
      );
    });
  });

  describe("of API Gateway", () => {
    it("give an HTTP API and its stages their addresses", async () => {
      const recording = await recorded(() => {
        const api = new aws.apigatewayv2.Api("api", { protocolType: "HTTP" });
        new aws.apigatewayv2.Stage("all", { apiId: api.id, name: "$default" });
        new aws.apigatewayv2.Stage("v1", { apiId: api.id, name: "v1" });
      });
      const api = find(recording, "api");
      assert.match(String(api.id), /^[a-z0-9]{10}$/);
      assert.equal(api.outputs.apiEndpoint, `https://${api.id}.execute-api.${REGION}.amazonaws.com`);
      assert.equal(api.outputs.executionArn, `arn:aws:execute-api:${REGION}:${ACCOUNT}:${api.id}`);
      assert.equal(find(recording, "all").outputs.invokeUrl, `${api.outputs.apiEndpoint}/`);
      assert.equal(find(recording, "v1").outputs.invokeUrl, `${api.outputs.apiEndpoint}/v1`);
      assert.equal(find(recording, "v1").outputs.executionArn, `${api.outputs.executionArn}/v1`);
    });

    it("give a WebSocket API and its stage addresses of their protocol", async () => {
      const recording = await recorded(() => {
        const api = new aws.apigatewayv2.Api("chat", { protocolType: "WEBSOCKET" });
        new aws.apigatewayv2.Stage("live", { apiId: api.id, name: "live" });
      });
      assert.match(
        String(find(recording, "live").outputs.invokeUrl),
        /^wss:\/\/[a-z0-9]{10}\.execute-api\..*\/live$/,
      );
    });

    it("give a REST API's resources their whole paths", async () => {
      const recording = await recorded(() => {
        const api = new aws.apigateway.RestApi("rest");
        const barns = new aws.apigateway.Resource("barns", {
          restApi: api,
          parentId: api.rootResourceId,
          pathPart: "barns",
        });
        new aws.apigateway.Resource("barn", { restApi: api.id, parentId: barns.id, pathPart: "{id}" });
        const deployment = new aws.apigateway.Deployment("d", { restApi: api });
        new aws.apigateway.Stage("prod", { restApi: api, deployment, stageName: "prod" });
      });
      const { id: api, outputs } = find(recording, "rest");
      assert.match(String(outputs.rootResourceId), /^[a-z0-9]{10}$/);
      assert.notEqual(outputs.rootResourceId, api);
      assert.equal(find(recording, "barns").outputs.path, "/barns");
      assert.equal(find(recording, "barn").outputs.path, "/barns/{id}");
      assert.equal(
        find(recording, "d").outputs.executionArn,
        `arn:aws:execute-api:${REGION}:${ACCOUNT}:${api}/`,
      );
      assert.equal(
        find(recording, "prod").outputs.invokeUrl,
        `https://${api}.execute-api.${REGION}.amazonaws.com/prod`,
      );
    });

    it("add to a domain what the record that points at it needs", async () => {
      const { domainNameConfiguration } = await outputs(
        "d",
        () =>
          new aws.apigatewayv2.DomainName("d", {
            domainName: "api.example.com",
            domainNameConfiguration: {
              certificateArn: "arn:c",
              endpointType: "REGIONAL",
              securityPolicy: "TLS_1_2",
            },
          }),
      );
      const made = domainNameConfiguration as Record<string, string>;
      assert.equal(made.certificateArn, "arn:c");
      assert.match(
        made.targetDomainName ?? "",
        /^d-[a-z0-9]{10}\.execute-api\.eu-central-1\.amazonaws\.com$/,
      );
      assert.match(made.hostedZoneId ?? "", /^Z/);
    });
  });
});
