import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as atlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";
import { record } from "../../program/record.ts";
import type { Recording } from "../../program/recording.ts";
import { find } from "./fixtures.ts";

const REGION = "eu-central-1";
const ACCOUNT = "123456789012";

const recorded = (fn: () => unknown) => record(() => void fn(), { config: { "aws:region": REGION } });

/** Outputs of the one resource of this name that the function declares. */
async function outputs(name: string, fn: () => unknown): Promise<Recording["outputs"]> {
  return find(await recorded(fn), name).outputs;
}

async function id(name: string, fn: () => unknown): Promise<string | undefined> {
  return find(await recorded(fn), name).id;
}

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
    const recording = await recorded(() => aws.dynamodb.Table.get("t", "films"));
    assert.deepEqual([find(recording, "t").id, find(recording, "t").read], ["films", true]);
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
            name: "films",
            role,
            code: new pulumi.asset.AssetArchive({ "index.js": code }),
          }),
      );
      const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:films`;
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
          name: "films",
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
        `arn:aws:lambda:${REGION}:${ACCOUNT}:function:films:live`,
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
        const books = new aws.apigateway.Resource("books", {
          restApi: api,
          parentId: api.rootResourceId,
          pathPart: "books",
        });
        new aws.apigateway.Resource("book", { restApi: api.id, parentId: books.id, pathPart: "{id}" });
        const deployment = new aws.apigateway.Deployment("d", { restApi: api });
        new aws.apigateway.Stage("prod", { restApi: api, deployment, stageName: "prod" });
      });
      const { id: api, outputs } = find(recording, "rest");
      assert.match(String(outputs.rootResourceId), /^[a-z0-9]{10}$/);
      assert.notEqual(outputs.rootResourceId, api);
      assert.equal(find(recording, "books").outputs.path, "/books");
      assert.equal(find(recording, "book").outputs.path, "/books/{id}");
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

  describe("of stores and events", () => {
    it("give a table its ARN, and the stream's only where there is one", async () => {
      const table = { attributes: [{ name: "k", type: "S" }], hashKey: "k", billingMode: "PAY_PER_REQUEST" };
      const plain = await outputs("t", () => new aws.dynamodb.Table("t", { ...table, name: "films" }));
      assert.equal(plain.arn, `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/films`);
      assert.equal(plain.streamArn, undefined);
      const streamed = await outputs(
        "t",
        () => new aws.dynamodb.Table("t", { ...table, name: "films", streamEnabled: true }),
      );
      assert.match(String(streamed.streamArn), /:table\/films\/stream\/2026-/);
    });

    it("give a bucket a name in lower case, domains and a global ARN", async () => {
      const made = await outputs("Files", () => new aws.s3.Bucket("Files"));
      assert.match(String(made.bucket), /^files-[0-9a-f]{7}$/);
      assert.equal(made.arn, `arn:aws:s3:::${made.bucket}`);
      assert.equal(made.bucketDomainName, `${made.bucket}.s3.amazonaws.com`);
      assert.equal(await id("p", () => new aws.s3.BucketPolicy("p", { bucket: "b", policy: "{}" })), "b");
    });

    it("give queues their URL as id, FIFO ones with their ending", async () => {
      const recording = await recorded(() => [
        new aws.sqs.Queue("q", { name: "jobs" }),
        new aws.sqs.Queue("f", { fifoQueue: true }),
      ]);
      const queue = find(recording, "q");
      assert.equal(queue.id, `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/jobs`);
      assert.equal(queue.outputs.url, queue.id);
      assert.equal(queue.outputs.arn, `arn:aws:sqs:${REGION}:${ACCOUNT}:jobs`);
      assert.match(String(find(recording, "f").outputs.arn), /f-[0-9a-f]{7}\.fifo$/);
    });

    it("give ARNs of every other kind in the form that policies name", async () => {
      const cases: [string, () => unknown][] = [
        [
          `arn:aws:iam::${ACCOUNT}:role/ops/r`,
          () => new aws.iam.Role("x", { name: "r", path: "/ops/", assumeRolePolicy: "{}" }),
        ],
        [`arn:aws:iam::${ACCOUNT}:policy/p`, () => new aws.iam.Policy("x", { name: "p", policy: "{}" })],
        [
          `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/lambda/f`,
          () => new aws.cloudwatch.LogGroup("x", { name: "/aws/lambda/f" }),
        ],
        [`arn:aws:sns:${REGION}:${ACCOUNT}:t`, () => new aws.sns.Topic("x", { name: "t" })],
        [
          `arn:aws:events:${REGION}:${ACCOUNT}:rule/r`,
          () => new aws.cloudwatch.EventRule("x", { name: "r" }),
        ],
        [
          `arn:aws:events:${REGION}:${ACCOUNT}:rule/b/r`,
          () => new aws.cloudwatch.EventRule("x", { name: "r", eventBusName: "b" }),
        ],
        [
          `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/default/s`,
          () =>
            new aws.scheduler.Schedule("x", {
              name: "s",
              scheduleExpression: "rate(1 day)",
              flexibleTimeWindow: { mode: "OFF" },
              target: { arn: "a", roleArn: role },
            }),
        ],
        [
          `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:a`,
          () =>
            new aws.cloudwatch.MetricAlarm("x", {
              name: "a",
              comparisonOperator: "GreaterThanThreshold",
              evaluationPeriods: 1,
            }),
        ],
        [
          `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/a/b`,
          () => new aws.ssm.Parameter("x", { name: "/a/b", type: "String" }),
        ],
        [`arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/k`, () => new aws.kinesis.Stream("x", { name: "k" })],
      ];
      for (const [arn, declare] of cases) assert.equal((await outputs("x", declare)).arn, arn);
    });

    it("give a certificate a record for each of its names", async () => {
      const { domainValidationOptions } = await outputs(
        "c",
        () =>
          new aws.acm.Certificate("c", {
            domainName: "a.example.com",
            subjectAlternativeNames: ["b.example.com"],
          }),
      );
      const names = (domainValidationOptions as { domainName: string }[]).map(({ domainName }) => domainName);
      assert.deepEqual(names, ["a.example.com", "b.example.com"]);
    });
  });

  describe("of servers and databases", () => {
    it("give load balancers, repositories and databases the addresses that programs pass on", async () => {
      const recording = await recorded(() => {
        const balancer = new aws.lb.LoadBalancer("web", { name: "web" });
        new aws.lb.Listener("http", {
          loadBalancerArn: balancer.arn,
          defaultActions: [{ type: "fixed-response" }],
        });
        new aws.ecr.Repository("images", { name: "images" });
        new aws.rds.Instance("db", { identifier: "db", instanceClass: "db.t4g.micro", engine: "postgres" });
      });
      const made = (name: string) => find(recording, name).outputs;
      assert.match(String(made("web").dnsName), /^web-[0-9a-f]{10}\.eu-central-1\.elb\.amazonaws\.com$/);
      assert.match(String(made("http").arn), /:listener\/app\/web\/[0-9a-f]{16}\/[0-9a-f]{16}$/);
      assert.equal(made("images").repositoryUrl, `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/images`);
      assert.equal(made("db").endpoint, `${made("db").address}:5432`);
    });

    it("give servers addresses of the blocks kept for examples and private use", async () => {
      const made = await outputs(
        "s",
        () => new aws.ec2.Instance("s", { ami: "ami-1", instanceType: "t4g.nano" }),
      );
      assert.match(String(made.publicIp), /^203\.0\.113\.\d+$/);
      assert.equal(
        made.publicDns,
        `ec2-${String(made.publicIp).replaceAll(".", "-")}.${REGION}.compute.amazonaws.com`,
      );
    });
  });

  describe("of MongoDB Atlas", () => {
    it("give a cluster addresses of Atlas's shape, private ones empty", async () => {
      const made = await outputs(
        "c",
        () =>
          new atlas.AdvancedCluster("c", {
            projectId: "p",
            name: "books",
            clusterType: "REPLICASET",
            replicationSpecs: [],
          }),
      );
      const strings = made.connectionStrings as Record<string, unknown>;
      assert.match(String(strings.standardSrv), /^mongodb\+srv:\/\/books\.[0-9a-f]{5}\.mongodb\.net$/);
      assert.match(String(strings.standard), /^mongodb:\/\/books-shard-00-00\..*:27017,.*replicaSet=/);
      assert.deepEqual([strings.private, strings.privateSrv, strings.privateEndpoints], ["", "", []]);
      assert.match(String(made.clusterId), /^[0-9a-f]{24}$/);
    });

    it("give an endpoint the service of its region, in whichever spelling", async () => {
      for (const region of ["US_EAST_1", "us-east-1"]) {
        const { endpointServiceName } = await outputs(
          "e",
          () => new atlas.PrivateLinkEndpoint("e", { projectId: "p", providerName: "AWS", region }),
        );
        assert.match(String(endpointServiceName), /^com\.amazonaws\.vpce\.us-east-1\.vpce-svc-[0-9a-f]{17}$/);
      }
    });
  });

  describe("of awsx networks", () => {
    it("have public and private subnets in three zones with a NAT gateway each, unless told otherwise", async () => {
      const { publicSubnetIds, privateSubnetIds, isolatedSubnetIds, natGateways, internetGateway } =
        await outputs("v", () => new awsx.ec2.Vpc("v"));
      const counts = [publicSubnetIds, privateSubnetIds, isolatedSubnetIds, natGateways].map(
        (list) => (list as unknown[]).length,
      );
      assert.deepEqual(counts, [3, 3, 0, 3]);
      assert.equal((internetGateway as { $: string }).$, "resource");
    });

    it("follow zones, strategy and endpoints that the program names", async () => {
      const made = await outputs(
        "v",
        () =>
          new awsx.ec2.Vpc("v", {
            availabilityZoneNames: ["eu-central-1b"],
            natGateways: { strategy: "Single" },
            vpcEndpointSpecs: [{ serviceName: "com.amazonaws.eu-central-1.s3" }],
          }),
      );
      const counts = [made.subnets, made.natGateways, made.vpcEndpoints].map(
        (list) => (list as unknown[]).length,
      );
      assert.deepEqual(counts, [2, 1, 1]);
    });
  });
});
