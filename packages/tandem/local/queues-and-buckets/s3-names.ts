/** How S3's API calls what this machine does not serve, so that a refusal has the name that a person looks for. */

/** Sub-resource → what follows Get, Put or Delete. */
const OF_BUCKETS: Record<string, string> = {
  abac: "BucketAbac",
  accelerate: "BucketAccelerateConfiguration",
  acl: "BucketAcl",
  analytics: "BucketAnalyticsConfiguration",
  cors: "BucketCors",
  encryption: "BucketEncryption",
  "intelligent-tiering": "BucketIntelligentTieringConfiguration",
  inventory: "BucketInventoryConfiguration",
  lifecycle: "BucketLifecycleConfiguration",
  location: "BucketLocation",
  logging: "BucketLogging",
  metadataConfiguration: "BucketMetadataConfiguration",
  metadataTable: "BucketMetadataTableConfiguration",
  metrics: "BucketMetricsConfiguration",
  notification: "BucketNotificationConfiguration",
  "object-lock": "ObjectLockConfiguration",
  ownershipControls: "BucketOwnershipControls",
  policy: "BucketPolicy",
  policyStatus: "BucketPolicyStatus",
  publicAccessBlock: "PublicAccessBlock",
  replication: "BucketReplication",
  requestPayment: "BucketRequestPayment",
  tagging: "BucketTagging",
  versioning: "BucketVersioning",
  website: "BucketWebsite",
};
const OF_OBJECTS: Record<string, string> = {
  acl: "ObjectAcl",
  annotation: "ObjectAnnotation",
  attributes: "ObjectAttributes",
  "legal-hold": "ObjectLegalHold",
  retention: "ObjectRetention",
  tagging: "ObjectTagging",
  torrent: "ObjectTorrent",
};

/** Those that follow no rule. */
const OTHERS: Record<string, string> = {
  "DELETE bucket lifecycle": "DeleteBucketLifecycle",
  "GET bucket session": "CreateSession",
  "GET bucket uploads": "ListMultipartUploads",
  "GET bucket versions": "ListObjectVersions",
  "GET object uploadId": "ListParts",
  "POST bucket metadataConfiguration": "CreateBucketMetadataConfiguration",
  "POST bucket metadataTable": "CreateBucketMetadataTableConfiguration",
  "POST object restore": "RestoreObject",
  "POST object select": "SelectObjectContent",
  "PUT bucket metadataAnnotationTable": "UpdateBucketMetadataAnnotationTableConfiguration",
  "PUT bucket metadataInventoryTable": "UpdateBucketMetadataInventoryTableConfiguration",
  "PUT bucket metadataJournalTable": "UpdateBucketMetadataJournalTableConfiguration",
  "PUT object encryption": "UpdateObjectEncryption",
  "PUT object renameObject": "RenameObject",
};

const VERBS: Record<string, string> = { GET: "Get", PUT: "Put", DELETE: "Delete" };

/** Undefined where no sub-resource of S3's stands among the parameters. */
export function operationNamed(
  method: string,
  of: string,
  parameters: readonly string[],
): string | undefined {
  // A form of a browser names its object in the form.
  if (method === "POST" && of === "bucket" && parameters.length === 0) return "PostObject";
  const nouns = of === "bucket" ? OF_BUCKETS : of === "object" ? OF_OBJECTS : {};
  for (const parameter of parameters) {
    const other = OTHERS[`${method} ${of} ${parameter}`];
    if (other !== undefined) return other;
    if (Object.hasOwn(nouns, parameter) && method in VERBS) return `${VERBS[method]}${nouns[parameter]}`;
  }
  return undefined;
}
