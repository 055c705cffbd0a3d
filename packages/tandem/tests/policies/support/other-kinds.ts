/** Kinds of resources that the sound program does not have: a mutant adds one that is wrong in one thing only. */
import type { Recording, Value, Values } from "../../../program/recording.ts";
import { add, type Mutant } from "./mutant.ts";

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
export function wrong(change: string, type: string, inputs: Record<string, Value | undefined>): Mutant {
  return {
    change,
    mutate: (recording) => {
      const all = Object.entries({ ...good[type], ...inputs }).filter(([, value]) => value !== undefined);
      add(recording, type, Object.fromEntries(all) as Values);
    },
  };
}

/** A resource policy that lets everybody in, in a property of a new resource. */
export function open(change: string, type: string, property = "policy", more: Values = {}): Mutant {
  const document = { Statement: { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" } };
  return wrong(change, type, { ...more, [property]: JSON.stringify(document) });
}

/** Every kind as it should be: no rule may have anything against it. */
export function addEverythingGood(recording: Recording): void {
  for (const [index, [type, inputs]] of Object.entries(good).entries()) {
    add(recording, type, structuredClone(inputs)).urn += `-${index}`;
  }
}
