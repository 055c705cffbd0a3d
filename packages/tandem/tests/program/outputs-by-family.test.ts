import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as atlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";
import { record } from "../../program/record.ts";
import { find } from "./fixtures.ts";
import { ACCOUNT, id, outputs, REGION, recorded } from "./made-up.ts";

const inRegion = { config: { "aws:region": REGION } };
const role = `arn:aws:iam::${ACCOUNT}:role/r`;

describe("made-up outputs", () => {
  describe("of stores and events", () => {
    it("give a table its ARN, and the stream's only where there is one", async () => {
      const table = { attributes: [{ name: "k", type: "S" }], hashKey: "k", billingMode: "PAY_PER_REQUEST" };
      const plain = await outputs("t", () => new aws.dynamodb.Table("t", { ...table, name: "ferns" }));
      assert.equal(plain.arn, `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/ferns`);
      assert.equal(plain.streamArn, undefined);
      const streamed = await outputs(
        "t",
        () => new aws.dynamodb.Table("t", { ...table, name: "ferns", streamEnabled: true }),
      );
      assert.match(String(streamed.streamArn), /:table\/ferns\/stream\/2026-/);
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
    it("give a Kubernetes cluster what its kubeconfig is written of", async () => {
      const eks = await outputs(
        "c",
        () => new aws.eks.Cluster("c", { roleArn: role, vpcConfig: { subnetIds: ["subnet-1"] } }),
      );
      const { data } = eks.certificateAuthority as { data: string };
      assert.match(Buffer.from(data, "base64").toString(), /^-----BEGIN CERTIFICATE-----/);
      const { clusterSecurityGroupId, subnetIds } = eks.vpcConfig as Record<string, unknown>;
      assert.match(String(clusterSecurityGroupId), /^sg-[0-9a-f]{17}$/);
      assert.deepEqual(subnetIds, ["subnet-1"]);

      class GkeCluster extends pulumi.CustomResource {}
      const gke = await outputs(
        "g",
        () =>
          new GkeCluster("gcp:container/cluster:Cluster", "g", {
            masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
            endpoint: undefined,
          }),
      );
      assert.match(String(gke.endpoint), /^203\.0\.113\.\d+$/);
      const { clusterCaCertificate, clientCertificateConfig } = gke.masterAuth as Record<string, unknown>;
      assert.equal(
        Buffer.from(String(clusterCaCertificate), "base64").toString(),
        Buffer.from(data, "base64").toString(),
      );
      assert.deepEqual(clientCertificateConfig, { issueClientCertificate: false });
    });

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
            name: "barns",
            clusterType: "REPLICASET",
            replicationSpecs: [],
          }),
      );
      const strings = made.connectionStrings as Record<string, unknown>;
      assert.match(String(strings.standardSrv), /^mongodb\+srv:\/\/barns\.[0-9a-f]{5}\.mongodb\.net$/);
      assert.match(String(strings.standard), /^mongodb:\/\/barns-shard-00-00\..*:27017,.*replicaSet=/);
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

  describe("of remote components", () => {
    it("say where a container's image and balancer are reached", async () => {
      const { outputs } = await record(() => {
        const repository = new awsx.ecr.Repository("shop");
        const image = new awsx.ecr.Image("image", { repositoryUrl: repository.url, context: "." });
        const balancer = new awsx.lb.ApplicationLoadBalancer("front", { defaultTargetGroupPort: 8080 });
        const service = new awsx.ecs.FargateService("web", {
          taskDefinitionArgs: { container: { name: "web", image: image.imageUri } },
        });
        const network = new awsx.ec2.DefaultVpc("network");
        return {
          image: image.imageUri,
          host: balancer.loadBalancer.dnsName,
          port: balancer.defaultTargetGroup.port,
          // A property of what is undefined would be an exception here, not undefined.
          service: service.service.apply((made) => made.name),
          subnets: network.publicSubnetIds.apply((ids) => ids.length),
        };
      }, inRegion);
      const { image, host, port, service, subnets } = outputs;
      assert.match(
        String(image),
        new RegExp(`^${ACCOUNT}\\.dkr\\.ecr\\.${REGION}\\.amazonaws\\.com/shop-[^:]+:latest$`),
      );
      assert.match(String(host), /^front-.*\.elb\.amazonaws\.com$/);
      assert.deepEqual([port, subnets], [8080, 3]);
      assert.match(String(service), /^web-/);
    });

    it("give a cluster the identity provider that its pods' roles trust", async () => {
      class Cluster extends pulumi.ComponentResource {
        declare readonly kubeconfigJson: pulumi.Output<string>;
        declare readonly core: pulumi.Output<{ oidcProvider: aws.iam.OpenIdConnectProvider }>;

        constructor(name: string) {
          super("eks:index:Cluster", name, { kubeconfigJson: undefined, core: undefined }, {}, true);
        }
      }
      const { outputs } = await record(() => {
        const { core, kubeconfigJson } = new Cluster("shop");
        const { arn, url } = core.oidcProvider;
        const trusted = pulumi
          .all([arn, url])
          .apply(([arn, url]) => arn.endsWith(url.replace("https://", "")));
        return {
          trusted,
          url,
          kind: kubeconfigJson.apply((text) => (JSON.parse(text) as { kind: string }).kind),
        };
      }, inRegion);
      assert.equal(outputs.trusted, true);
      assert.match(
        String(outputs.url),
        /^https:\/\/oidc\.eks\.eu-central-1\.amazonaws\.com\/id\/[0-9A-F]{32}$/,
      );
      assert.equal(outputs.kind, "Config");
    });

    it("say where an API is reached, and give the API itself to what is declared on top of it", async () => {
      class Api extends pulumi.ComponentResource {
        declare readonly url: pulumi.Output<string>;
        declare readonly stage: pulumi.Output<aws.apigateway.Stage>;

        constructor(name: string, stageName?: string) {
          const outputs = { url: undefined, stage: undefined };
          super("aws-apigateway:index:RestAPI", name, { ...outputs, routes: [], stageName }, {}, true);
        }
      }
      const { outputs } = await record(() => {
        const [plain, named] = [new Api("plain"), new Api("named", "v1")];
        return { plain: plain.url, named: named.url, stage: named.stage.apply((made) => made.stageName) };
      }, inRegion);
      assert.match(
        String(outputs.plain),
        /^https:\/\/\w{10}\.execute-api\.eu-central-1\.amazonaws\.com\/stage\/$/,
      );
      assert.match(String(outputs.named), /\/v1\/$/);
      assert.equal(outputs.stage, "v1");
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
