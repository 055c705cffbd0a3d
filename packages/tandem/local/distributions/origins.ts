/** Where a distribution's requests go: a bucket, or a server by its address in the cloud, which may be one of this run. */
import { readArn } from "../../program/reading/arn.ts";
import { regionOf } from "../../program/reading/region.ts";
import { addressed, declared } from "../../program/reading/resources.ts";
import { list, object, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording, Values } from "../../program/recording.ts";
import { type UnsupportedTarget, unsupported } from "../gateway/api.ts";
import { evaluate } from "../iam/evaluate.ts";
import { resourceStatements } from "../iam/resource-policies.ts";
import { aboutService, serviceContext } from "../iam/service-calls.ts";
import type { SourcedStatement } from "../iam/statements.ts";
import { BUCKET, bucketName } from "../queues-and-buckets/declared.ts";
import { openStatements } from "../websites/declared.ts";

export type Origin = BucketOrigin | ServerOrigin;

export interface BucketOrigin {
  kind: "bucket";
  bucket: string;
  region: string;
  /** Before every key, without a slash at its end: `/site`. */
  path: string;
  /** Whether the bucket's policy lets the distribution. */
  may(action: "s3:GetObject" | "s3:ListBucket", resource: string): boolean;
}

export interface ServerOrigin {
  kind: "server";
  /** In the cloud. */
  host: string;
  path: string;
  /** Headers that the origin gets from the distribution. */
  headers: Record<string, string>;
}

const CLOUDFRONT = "cloudfront.amazonaws.com";
/** By the address that the program or AWS writes: with the region or without; that of its site is a server's. */
const BUCKET_HOST = /^(.+?)\.s3(?:[.-](?!website)[\w-]+)?\.amazonaws\.com$/;
const ACCESS_CONTROL = "aws:cloudfront/originAccessControl:OriginAccessControl";
const ACCESS_IDENTITY = "aws:cloudfront/originAccessIdentity:OriginAccessIdentity";

/** @param arn of the distribution */
export function readOrigin(origin: Values, arn: string, recording: Recording): Origin | UnsupportedTarget {
  const host = text(origin.domainName) ?? "";
  const path = (text(origin.originPath) ?? "").replace(/\/$/, "");
  if (origin.vpcOriginConfig) return unsupported("origins in a VPC do not run here");
  const named = BUCKET_HOST.exec(host)?.[1];
  const bucket = named === undefined ? undefined : bucketOf(named, recording);
  if (named !== undefined && !bucket) return unsupported(`the program declares no bucket ${named}`);
  const control = addressed(recording, ACCESS_CONTROL, text(origin.originAccessControlId));
  if (bucket) return bucketOrigin(bucket, path, mayOf(origin, control, bucket, arn, recording), recording);
  if (control) return unsupported(`requests to ${host} are not signed by its origin access control`);
  const custom = list(origin.customHeaders).map(object);
  const headers = custom.map(({ name, value }) => [(text(name) ?? "").toLowerCase(), text(value) ?? ""]);
  return { kind: "server", host, path, headers: Object.fromEntries(headers) };
}

function bucketOrigin(
  bucket: RecordedResource,
  path: string,
  may: BucketOrigin["may"],
  recording: Recording,
): BucketOrigin {
  const region = text(bucket.outputs.region) ?? regionOf(recording);
  return { kind: "bucket", bucket: bucketName(bucket), region, path, may };
}

function bucketOf(name: string, recording: Recording): RecordedResource | undefined {
  return recording.resources.find((one) => BUCKET.test(one.type) && !one.read && bucketName(one) === name);
}

/** As CloudFront itself with an origin access control, as its identity with one, else as anybody. */
function mayOf(
  origin: Values,
  control: RecordedResource | undefined,
  bucket: RecordedResource,
  arn: string,
  recording: Recording,
): BucketOrigin["may"] {
  const identity = text(object(origin.s3OriginConfig).originAccessIdentity)?.split("/").at(-1);
  const statements = control
    ? [...aboutService(recording, CLOUDFRONT)]
    : identity
      ? aboutIdentity(identity, recording)
      : openStatements(bucketName(bucket), recording);
  const context = control ? serviceContext(CLOUDFRONT, arn) : { "aws:securetransport": ["true"] };
  return (action, resource) => evaluate(statements, { action, resource, context }).kind === "allowed";
}

function aboutIdentity(id: string, recording: Recording): SourcedStatement[] {
  const identity = declared(recording, ACCESS_IDENTITY).find(
    (one) => one.id === id || text(one.outputs.id) === id,
  );
  const names = new Set([
    "*",
    `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ${id}`,
    ...[text(identity?.outputs.iamArn), text(identity?.outputs.s3CanonicalUserId)].filter(
      (one) => one !== undefined,
    ),
  ]);
  return resourceStatements(recording).filter(({ principals }) => {
    const isNamed =
      principals?.named.some(({ kind, name }) => kind !== "Service" && names.has(name)) ?? false;
    return principals !== undefined && principals.except !== isNamed;
  });
}

/** For the log: what the bucket's policy must say. */
export function missingStatement({ bucket }: BucketOrigin, arn: string): string {
  const account = readArn(arn)?.account ?? "";
  return `the bucket's policy does not let CloudFront read ${bucket}: add ${JSON.stringify({
    Effect: "Allow",
    Principal: { Service: CLOUDFRONT },
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::${bucket}/*`,
    Condition: { StringEquals: { "AWS:SourceArn": arn || `arn:aws:cloudfront::${account}:distribution/…` } },
  })}, or the origin access identity that the distribution uses`;
}
