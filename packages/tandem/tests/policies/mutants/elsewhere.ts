/** Mutants of kinds of resources that this program does not have: each adds one that is wrong in one thing only. */
import type { Recording, Value, Values } from "../../../program/recording.ts";
import { add, find, type Mutant, type Mutants } from "../support/mutant.ts";

/** Types and the inputs with which every rule is kept. */
const good: Record<string, Values> = {
  "aws:rds/instance:Instance": {
    storageEncrypted: true,
    deletionProtection: true,
    backupRetentionPeriod: 7,
    manageMasterUserPassword: true,
  },
  "aws:rds/cluster:Cluster": {
    storageEncrypted: true,
    deletionProtection: true,
    backupRetentionPeriod: 14,
    manageMasterUserPassword: true,
  },
  "aws:rds/clusterInstance:ClusterInstance": {},
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    atRestEncryptionEnabled: true,
    transitEncryptionEnabled: true,
  },
  "aws:opensearch/domain:Domain": {
    encryptAtRest: { enabled: true },
    nodeToNodeEncryption: { enabled: true },
    domainEndpointOptions: { enforceHttps: true },
    vpcOptions: { subnetIds: ["subnet-1"] },
  },
  "aws:kinesis/stream:Stream": { encryptionType: "KMS" },
  "aws:efs/fileSystem:FileSystem": { encrypted: true },
  "aws:redshift/cluster:Cluster": { encrypted: "true" },
  "aws:ec2/instance:Instance": {
    metadataOptions: { httpTokens: "required" },
    rootBlockDevice: { encrypted: true },
  },
  "aws:ec2/subnet:Subnet": {},
  "aws:ecr/repository:Repository": {
    imageScanningConfiguration: { scanOnPush: true },
    imageTagMutability: "IMMUTABLE",
  },
  "aws:ecs/taskDefinition:TaskDefinition": { containerDefinitions: '[{"name":"web"}]' },
  "aws:ecs/service:Service": {},
  "aws:eks/cluster:Cluster": {
    enabledClusterLogTypes: ["api", "audit"],
    vpcConfig: { endpointPublicAccess: false },
  },
  "aws:cloudfront/distribution:Distribution": {
    aliases: ["www.example.com"],
    defaultCacheBehavior: { viewerProtocolPolicy: "redirect-to-https" },
    loggingConfig: { bucket: "logs" },
    viewerCertificate: { minimumProtocolVersion: "TLSv1.2_2021" },
  },
  "aws:lb/listener:Listener": { protocol: "HTTPS", sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
  "aws:lb/loadBalancer:LoadBalancer": { accessLogs: { enabled: true, bucket: "logs" } },
  "aws:cognito/userPool:UserPool": { passwordPolicy: { minimumLength: 12 }, deletionProtection: "ACTIVE" },
  "aws:ssm/parameter:Parameter": { name: "/shop/db-password", type: "SecureString" },
  "aws:secretsmanager/secret:Secret": {},
  "aws:sfn/stateMachine:StateMachine": { loggingConfiguration: { level: "ERROR" } },
  "aws:cloudtrail/trail:Trail": { isMultiRegionTrail: true, enableLogFileValidation: true },
  "aws:codebuild/project:Project": { environment: { environmentVariables: [] } },
};

/** The same with one thing else; undefined takes it away. */
function wrong(change: string, type: string, inputs: Record<string, Value | undefined>): Mutant {
  return {
    change,
    mutate: (recording) => {
      const all = Object.entries({ ...good[type], ...inputs }).filter(([, value]) => value !== undefined);
      add(recording, type, Object.fromEntries(all) as Values);
    },
  };
}

/** A resource policy that lets everybody in, in a property of a new resource. */
function open(change: string, type: string, property = "policy", more: Values = {}): Mutant {
  const document = { Statement: { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" } };
  return wrong(change, type, { ...more, [property]: JSON.stringify(document) });
}

/** A stage of a REST API that is as it should be, with its limits. */
function restStage(recording: Recording, inputs: Record<string, Value | undefined>): void {
  const all = {
    accessLogSettings: { destinationArn: "arn:aws:logs:x", format: "{}" },
    xrayTracingEnabled: true,
    ...inputs,
  };
  const kept = Object.entries(all).filter(([, value]) => value !== undefined);
  const stage = add(recording, "aws:apigateway/stage:Stage", Object.fromEntries(kept) as Values);
  stage.urn += "-stage";
  add(
    recording,
    "aws:apigateway/methodSettings:MethodSettings",
    { settings: { throttlingRateLimit: 10, throttlingBurstLimit: 20 } },
    { stageName: stage },
  );
}

export const elsewhereMutants: Mutants = {
  "access/not-public": [
    {
      change: "everybody may send to a queue",
      mutate: (recording) => {
        const policy = find(recording, "aws:sqs/queuePolicy:QueuePolicy", "changes-policy");
        const document = JSON.parse(policy.inputs.policy as string) as { Statement: unknown[] };
        document.Statement.push({
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: "sqs:SendMessage",
          Resource: "*",
        });
        policy.inputs.policy = JSON.stringify(document);
      },
    },
    open("everybody may publish to a topic", "aws:sns/topicPolicy:TopicPolicy"),
    open("everybody may use a key", "aws:kms/keyPolicy:KeyPolicy"),
    open("everybody may read a secret", "aws:secretsmanager/secretPolicy:SecretPolicy"),
    open("a secret's own policy lets everybody in", "aws:secretsmanager/secret:Secret"),
    open("everybody may put events", "aws:cloudwatch/eventBusPolicy:EventBusPolicy"),
    open("everybody may pull images", "aws:ecr/repositoryPolicy:RepositoryPolicy"),
    open("everybody may read a table", "aws:dynamodb/resourcePolicy:ResourcePolicy"),
    open("everybody may search", "aws:opensearch/domain:Domain", "accessPolicies"),
    wrong("everybody may put events, by a permission", "aws:cloudwatch/eventPermission:EventPermission", {
      principal: "*",
      action: "events:PutEvents",
    }),
  ],
  "rds/not-public": [
    wrong("a database has a public address", "aws:rds/instance:Instance", { publiclyAccessible: true }),
    wrong("an instance of a cluster has one", "aws:rds/clusterInstance:ClusterInstance", {
      publiclyAccessible: true,
    }),
  ],
  "rds/encryption": [
    wrong("a database is not encrypted", "aws:rds/instance:Instance", { storageEncrypted: undefined }),
    wrong("a cluster of databases is not", "aws:rds/cluster:Cluster", { storageEncrypted: false }),
  ],
  "rds/deletion-protection": [
    wrong("a database can be deleted", "aws:rds/instance:Instance", { deletionProtection: undefined }),
  ],
  "rds/backups": [
    wrong("a database keeps no backups", "aws:rds/instance:Instance", { backupRetentionPeriod: 0 }),
    wrong("a database goes without a snapshot", "aws:rds/cluster:Cluster", { skipFinalSnapshot: true }),
  ],
  "rds/no-password": [
    wrong("a database has a password of the program's", "aws:rds/instance:Instance", {
      manageMasterUserPassword: undefined,
      password: { $: "secret", value: "battery staple" },
    }),
  ],
  "caches/encryption": [
    wrong("a cache is read over plain TCP", "aws:elasticache/replicationGroup:ReplicationGroup", {
      transitEncryptionEnabled: false,
    }),
  ],
  "search/closed": [
    wrong("a search domain is on the internet", "aws:opensearch/domain:Domain", { vpcOptions: undefined }),
    wrong("a search domain answers plain HTTP", "aws:opensearch/domain:Domain", {
      domainEndpointOptions: {},
    }),
  ],
  "stores/encryption": [
    wrong("a stream is not encrypted", "aws:kinesis/stream:Stream", { encryptionType: "NONE" }),
    wrong("a file system is not", "aws:efs/fileSystem:FileSystem", { encrypted: undefined }),
  ],
  "stores/not-public": [
    wrong("a warehouse has a public address", "aws:redshift/cluster:Cluster", { publiclyAccessible: true }),
  ],
  "ec2/metadata": [
    wrong("a machine gives its credentials to any request", "aws:ec2/instance:Instance", {
      metadataOptions: undefined,
    }),
  ],
  "ec2/no-public-address": [
    wrong("a machine has a public address", "aws:ec2/instance:Instance", { associatePublicIpAddress: true }),
    wrong("a subnet gives public addresses", "aws:ec2/subnet:Subnet", { mapPublicIpOnLaunch: true }),
  ],
  "ec2/encryption": [
    wrong("a machine's disk is not encrypted", "aws:ec2/instance:Instance", {
      rootBlockDevice: { volumeSize: 8 },
    }),
  ],
  "ec2/no-open-default-network": [
    wrong("something uses the default network", "aws:ec2/defaultVpc:DefaultVpc", {}),
  ],
  "ecr/scanned": [
    wrong("images are not scanned", "aws:ecr/repository:Repository", {
      imageScanningConfiguration: undefined,
    }),
    wrong("tags move", "aws:ecr/repository:Repository", { imageTagMutability: "MUTABLE" }),
  ],
  "ecs/confined": [
    wrong("a container is privileged", "aws:ecs/taskDefinition:TaskDefinition", {
      containerDefinitions: '[{"name":"web","privileged": true}]',
    }),
  ],
  "ecs/no-public-address": [
    wrong("a container has a public address", "aws:ecs/service:Service", {
      networkConfiguration: { assignPublicIp: true },
    }),
  ],
  "eks/private": [
    wrong("a cluster's API is public", "aws:eks/cluster:Cluster", {
      vpcConfig: { endpointPublicAccess: true },
    }),
    wrong("a cluster's API is public by default", "aws:eks/cluster:Cluster", { vpcConfig: undefined }),
  ],
  "eks/logs": [
    wrong("a cluster does not write who did what", "aws:eks/cluster:Cluster", {
      enabledClusterLogTypes: ["api"],
    }),
  ],
  "cloudfront/https": [
    wrong("a distribution answers plain HTTP", "aws:cloudfront/distribution:Distribution", {
      defaultCacheBehavior: { viewerProtocolPolicy: "allow-all" },
    }),
  ],
  "cloudfront/tls": [
    wrong("a distribution takes old protocols", "aws:cloudfront/distribution:Distribution", {
      viewerCertificate: { minimumProtocolVersion: "TLSv1" },
    }),
  ],
  "cloudfront/log": [
    wrong("a distribution has no log", "aws:cloudfront/distribution:Distribution", {
      loggingConfig: undefined,
    }),
  ],
  "load-balancer/https": [
    wrong("a load balancer answers plain HTTP", "aws:lb/listener:Listener", {
      protocol: "HTTP",
      defaultActions: [{ type: "forward" }],
    }),
    wrong("a load balancer takes old protocols", "aws:lb/listener:Listener", {
      sslPolicy: "ELBSecurityPolicy-2016-08",
    }),
  ],
  "load-balancer/log": [
    wrong("a load balancer has no log", "aws:lb/loadBalancer:LoadBalancer", { accessLogs: undefined }),
  ],
  "rest-api/access-log": [
    {
      change: "a REST API has no log",
      mutate: (recording) => restStage(recording, { accessLogSettings: undefined }),
    },
  ],
  "rest-api/tracing": [
    {
      change: "a REST API is not traced",
      mutate: (recording) => restStage(recording, { xrayTracingEnabled: undefined }),
    },
  ],
  "rest-api/throttling": [
    {
      change: "a REST API has no limit",
      mutate: (recording) => {
        restStage(recording, {});
        recording.resources.pop();
      },
    },
  ],
  "cognito/passwords": [
    wrong("a user pool takes short passwords", "aws:cognito/userPool:UserPool", {
      passwordPolicy: undefined,
    }),
  ],
  "cognito/deletion-protection": [
    wrong("a user pool can be deleted", "aws:cognito/userPool:UserPool", { deletionProtection: undefined }),
  ],
  "secrets/encrypted-parameters": [
    wrong("a password stands in a plain parameter", "aws:ssm/parameter:Parameter", { type: "String" }),
  ],
  "secrets/recovery": [
    wrong("a secret is gone at once", "aws:secretsmanager/secret:Secret", { recoveryWindowInDays: 0 }),
  ],
  "step-functions/log": [
    wrong("a state machine has no log", "aws:sfn/stateMachine:StateMachine", {
      loggingConfiguration: undefined,
    }),
  ],
  "audit/trail": [
    wrong("a trail covers one region", "aws:cloudtrail/trail:Trail", { isMultiRegionTrail: undefined }),
  ],
  "code-build/no-secret": [
    wrong("a build has a token in plain text", "aws:codebuild/project:Project", {
      environment: { environmentVariables: [{ name: "NPM_TOKEN", value: "x" }] },
    }),
    wrong("a build has the rights of its host", "aws:codebuild/project:Project", {
      environment: { privilegedMode: true },
    }),
  ],
};

/** Every kind as it should be: no rule may have anything against it. */
export function addEverythingGood(recording: Recording): void {
  for (const [index, [type, inputs]] of Object.entries(good).entries()) {
    add(recording, type, structuredClone(inputs)).urn += `-${index}`;
  }
}
