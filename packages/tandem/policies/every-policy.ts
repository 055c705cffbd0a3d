/** Every policy document of a program, wherever it stands: what somebody may do, and what may be done with something. */
import type { RecordedResource, Recording, Value } from "../program/recording.ts";
import { at, objects, ofType } from "./reading.ts";

export interface FoundPolicy {
  /** Resource that carries it. */
  resource: RecordedResource;
  document: Value | undefined;
}

/** Types that say what somebody may do, each with the property that holds the document. */
const identityTypes = [
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/policy:Policy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
];

/** Types that say who may do something with a thing, each with the property that holds the document. */
const resourceTypes: Record<string, string> = {
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": "policy",
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "policyDocument",
  "aws:dynamodb/resourcePolicy:ResourcePolicy": "policy",
  "aws:ecr/repositoryPolicy:RepositoryPolicy": "policy",
  "aws:efs/fileSystemPolicy:FileSystemPolicy": "policy",
  "aws:kms/key:Key": "policy",
  "aws:kms/keyPolicy:KeyPolicy": "policy",
  "aws:opensearch/domain:Domain": "accessPolicies",
  "aws:opensearch/domainPolicy:DomainPolicy": "accessPolicies",
  "aws:s3/bucket:Bucket": "policy",
  "aws:s3/bucketPolicy:BucketPolicy": "policy",
  "aws:secretsmanager/secret:Secret": "policy",
  "aws:secretsmanager/secretPolicy:SecretPolicy": "policy",
  "aws:sns/topic:Topic": "policy",
  "aws:sns/topicPolicy:TopicPolicy": "policy",
  "aws:sqs/queue:Queue": "policy",
  "aws:sqs/queuePolicy:QueuePolicy": "policy",
};

export function identityPolicies(recording: Recording): FoundPolicy[] {
  const alone = ofType(recording, ...identityTypes).map((resource) => ({
    resource,
    document: at(resource, "policy"),
  }));
  const inline = ofType(recording, "aws:iam/role:Role").flatMap((role) =>
    objects(role, "inlinePolicies").map(({ policy }) => ({ resource: role, document: policy })),
  );
  return [...alone, ...inline];
}

export function resourcePolicies(recording: Recording): FoundPolicy[] {
  return Object.entries(resourceTypes).flatMap(([type, property]) =>
    ofType(recording, type).flatMap((resource) => {
      const document = at(resource, property);
      return document === undefined ? [] : [{ resource, document }];
    }),
  );
}
