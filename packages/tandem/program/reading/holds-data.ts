/** Which resources hold what cannot be made again by deploying again: data and keys, and addresses that others know. */

/** Databases, buckets and file systems: what people have put there. */
const RECORDS = [
  "aws:cognito/userPool:UserPool",
  "aws:docdb/cluster:Cluster",
  "aws:dynamodb/globalTable:GlobalTable",
  "aws:dynamodb/table:Table",
  "aws:ebs/volume:Volume",
  "aws:efs/fileSystem:FileSystem",
  "aws:memorydb/cluster:Cluster",
  "aws:neptune/cluster:Cluster",
  "aws:opensearch/domain:Domain",
  "aws:rds/cluster:Cluster",
  "aws:rds/instance:Instance",
  "aws:redshift/cluster:Cluster",
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketV2:BucketV2",
  "mongodbatlas:index/advancedCluster:AdvancedCluster",
  "mongodbatlas:index/cluster:Cluster",
  "mongodbatlas:index/flexCluster:FlexCluster",
];

/** What is in these is lost with them as well: messages on their way, caches, keys, images, settings. */
const OTHERS = [
  "aws:ecr/repository:Repository",
  "aws:elasticache/cluster:Cluster",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:kinesis/stream:Stream",
  "aws:kms/key:Key",
  "aws:route53/zone:Zone",
  "aws:s3/bucketObject:BucketObject",
  "aws:secretsmanager/secret:Secret",
  "aws:sqs/queue:Queue",
  "aws:ssm/parameter:Parameter",
  "mongodbatlas:index/project:Project",
];

const KEEPERS: ReadonlySet<string> = new Set(RECORDS);
const HOLDERS: ReadonlySet<string> = new Set([...RECORDS, ...OTHERS]);

/** What others keep of a resource that is made up by the cloud when it is created, and is another one afterwards. */
const ADDRESSES: Record<string, string> = {
  "aws:apigateway/restApi:RestApi": "address",
  "aws:apigatewayv2/api:Api": "address",
  "aws:appsync/graphQLApi:GraphQLApi": "address",
  "aws:cloudfront/distribution:Distribution": "domain",
  "aws:cognito/userPoolClient:UserPoolClient": "client id",
  "aws:ec2/eip:Eip": "IP address",
  "aws:lambda/functionUrl:FunctionUrl": "address",
  "aws:lb/loadBalancer:LoadBalancer": "address",
};

export const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

/** Whether people's records are in it, so that production protects it. */
export function keepsRecords(type: string): boolean {
  return KEEPERS.has(type);
}

/** Whether anything in it is lost when it is deleted. */
export function holdsData(type: string): boolean {
  return HOLDERS.has(type);
}

/** How the address of such a resource is called, undefined for one that nobody outside knows. */
export function addressOf(type: string): string | undefined {
  return ADDRESSES[type];
}
