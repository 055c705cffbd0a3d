/** Which resources hold what cannot be made again by deploying again: data, keys, addresses that others know. */

const HOLDERS = new Set([
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cognito/userPool:UserPool",
  "aws:docdb/cluster:Cluster",
  "aws:dynamodb/globalTable:GlobalTable",
  "aws:dynamodb/table:Table",
  "aws:ebs/volume:Volume",
  "aws:ecr/repository:Repository",
  "aws:efs/fileSystem:FileSystem",
  "aws:elasticache/cluster:Cluster",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:kinesis/stream:Stream",
  "aws:kms/key:Key",
  "aws:memorydb/cluster:Cluster",
  "aws:neptune/cluster:Cluster",
  "aws:opensearch/domain:Domain",
  "aws:rds/cluster:Cluster",
  "aws:rds/instance:Instance",
  "aws:redshift/cluster:Cluster",
  "aws:route53/zone:Zone",
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketObject:BucketObject",
  "aws:s3/bucketV2:BucketV2",
  "aws:secretsmanager/secret:Secret",
  "aws:sqs/queue:Queue",
  "aws:ssm/parameter:Parameter",
  "mongodbatlas:index/advancedCluster:AdvancedCluster",
  "mongodbatlas:index/cluster:Cluster",
  "mongodbatlas:index/flexCluster:FlexCluster",
  "mongodbatlas:index/project:Project",
]);

export function holdsData(type: string): boolean {
  return HOLDERS.has(type);
}
