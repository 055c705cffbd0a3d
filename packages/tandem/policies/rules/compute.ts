/** Machines, containers and images. */
import { list, objects, ofType, text, written } from "../reading.ts";
import { each, finding, type Rule, setting } from "../rule.ts";

const instanceTypes = ["aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate"];

export const computeRules: Rule[] = [
  {
    id: "ec2/metadata",
    standards: ["EC2.8", "CKV_AWS_79", "AWS-0028"],
    title: "A machine's credentials are given to whoever shows a token only (IMDSv2)",
    remedy: 'Set `metadataOptions.httpTokens: "required"`.',
    check: setting(
      instanceTypes,
      "metadataOptions.httpTokens",
      (value) => value === "required",
      "gives its credentials to any request",
    ),
  },
  {
    id: "ec2/no-public-address",
    standards: ["EC2.9", "EC2.15", "CKV_AWS_88", "CKV_AWS_130", "AWS-0164"],
    title: "No machine has a public address",
    remedy:
      "Leave `associatePublicIpAddress` and `mapPublicIpOnLaunch` out, and put a load balancer before it.",
    check: (recording) => [
      ...setting(
        ["aws:ec2/instance:Instance"],
        "associatePublicIpAddress",
        (value) => value !== true,
        "has a public address",
      )(recording),
      ...setting(
        ["aws:ec2/subnet:Subnet"],
        "mapPublicIpOnLaunch",
        (value, { parent }) => {
          // The public subnets of a network of awsx hold its NAT gateways.
          return value !== true || (parent?.includes("awsx:ec2:Vpc") ?? false);
        },
        "gives public addresses",
      )(recording),
    ],
  },
  {
    id: "ec2/encryption",
    standards: ["EC2.7", "CKV_AWS_8", "AWS-0131"],
    title: "The disks of machines are encrypted",
    remedy: "Set `rootBlockDevice.encrypted: true`, and `encrypted` of every further disk.",
    check: each("aws:ec2/instance:Instance", (instance) => {
      const disks = [
        ...objects(instance, "ebsBlockDevices"),
        ...(typeof instance.inputs.rootBlockDevice === "object" ? [instance.inputs.rootBlockDevice] : [{}]),
      ];
      return disks.some((disk) => (disk as { encrypted?: unknown }).encrypted !== true)
        ? "a disk is not encrypted"
        : undefined;
    }),
  },
  {
    id: "ecr/scanned",
    standards: ["ECR.1", "ECR.2", "CKV_AWS_163", "CKV_AWS_51"],
    title: "Images are scanned when they are pushed, and a tag stays what it was",
    remedy: 'Set `imageScanningConfiguration.scanOnPush: true` and `imageTagMutability: "IMMUTABLE"`.',
    check: (recording) => [
      ...setting(
        ["aws:ecr/repository:Repository"],
        "imageScanningConfiguration.scanOnPush",
        (value) => value === true,
        "is not scanned",
      )(recording),
      ...setting(
        ["aws:ecr/repository:Repository"],
        "imageTagMutability",
        (value) => value === "IMMUTABLE",
        "lets tags move",
      )(recording),
    ],
  },
  {
    id: "ecs/confined",
    standards: ["ECS.4", "ECS.5", "CKV_AWS_334", "CKV_AWS_336"],
    title: "No container has the rights of its host",
    remedy: "Leave `privileged` out of the container definitions.",
    waivable: false,
    check: each("aws:ecs/taskDefinition:TaskDefinition", (task) =>
      /"privileged"\s*:\s*true/i.test(text(task, "containerDefinitions") ?? "")
        ? "a container is privileged"
        : undefined,
    ),
  },
  {
    id: "ecs/no-public-address",
    standards: ["ECS.2", "CKV_AWS_333"],
    title: "Containers have no public address",
    remedy: "Set `networkConfiguration.assignPublicIp: false`.",
    check: setting(
      ["aws:ecs/service:Service"],
      "networkConfiguration.assignPublicIp",
      (value) => value !== true,
      "has a public address",
    ),
  },
  {
    id: "eks/private",
    standards: ["EKS.1", "CKV_AWS_39", "CKV_AWS_38"],
    title: "The API of a Kubernetes cluster is not reached from the whole internet",
    remedy: "Set `vpcConfig.endpointPublicAccess: false`, or name `publicAccessCidrs`.",
    check: each("aws:eks/cluster:Cluster", (cluster) => {
      const { endpointPublicAccess } = (objects(cluster, "vpcConfigs")[0] ??
        cluster.inputs.vpcConfig ??
        {}) as {
        endpointPublicAccess?: unknown;
      };
      const named = list(cluster, "vpcConfig.publicAccessCidrs").map(written);
      const isNarrow = named.length > 0 && !named.includes("0.0.0.0/0");
      return endpointPublicAccess === false || isNarrow ? undefined : "its API has a public address";
    }),
  },
  {
    id: "eks/logs",
    standards: ["EKS.8", "CKV_AWS_37"],
    title: "A Kubernetes cluster writes down who did what",
    remedy: 'Set `enabledClusterLogTypes`, with "audit" in it.',
    check: each("aws:eks/cluster:Cluster", (cluster) =>
      list(cluster, "enabledClusterLogTypes").map(written).includes("audit") ? undefined : "no audit log",
    ),
  },
  {
    id: "ec2/no-open-default-network",
    standards: ["EC2.2", "CKV_AWS_148"],
    title: "Nothing of this program stands in the account's default network",
    remedy: "Declare a network for it.",
    check: (recording) =>
      ofType(recording, "aws:ec2/defaultVpc:DefaultVpc", "awsx:ec2:DefaultVpc").flatMap((network) =>
        finding(network, "uses the account's default network"),
      ),
  },
];
