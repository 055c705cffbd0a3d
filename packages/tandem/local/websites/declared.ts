/** Buckets that are served as sites, as the program declares them. */
import { flag, isObject, list, object, opened, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording, Values } from "../../program/recording.ts";
import { resourceStatements } from "../iam/resource-policies.ts";
import type { SourcedStatement } from "../iam/statements.ts";
import type { Parity } from "../service.ts";

const WEBSITE = /^aws:s3\/bucketWebsiteConfiguration(V2)?:/;
const BUCKET = /^aws:s3\/bucket(V2)?:/;
const PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";

export interface Website {
  urn: string;
  /** Logical name. */
  name: string;
  bucket: string;
  region: string;
  /** Host in the cloud. */
  host: string;
  /** What a folder is answered with, e.g. `index.html`. */
  index: string;
  /** Key of what is answered where there is nothing. */
  errorKey?: string;
  redirect?: { host: string; protocol: string };
  /** Statements of the bucket's policy that are about everybody. */
  open: SourcedStatement[];
}

export function readWebsites(recording: Recording): Website[] {
  return recording.resources
    .filter((resource) => !resource.read && settingsOf(resource) && whyNotServed(resource) === undefined)
    .map((resource) => website(resource, recording));
}

/** Of a setting of its own; that of the bucket itself is said by the bucket. */
export function websiteParity(resource: RecordedResource): Parity | undefined {
  if (!WEBSITE.test(resource.type) || resource.read) return undefined;
  const why = whyNotServed(resource);
  return why === undefined
    ? { state: "realised", reason: "an address of its own on this machine, by HTTP" }
    : { state: "unsupported", reason: why };
}

/** Sites that are not served, each with why. */
export function unservedWebsites(recording: Recording): { name: string; why: string }[] {
  return recording.resources.flatMap((resource) => {
    const why = resource.read ? undefined : whyNotServed(resource);
    return why === undefined ? [] : [{ name: resource.name, why }];
  });
}

function settingsOf({ type, inputs }: RecordedResource): Values | undefined {
  if (WEBSITE.test(type)) return inputs;
  return BUCKET.test(type) && isObject(opened(inputs.website)) ? object(inputs.website) : undefined;
}

/** Undefined for a site that is served, and for what is none. */
export function whyNotServed(resource: RecordedResource): string | undefined {
  const { routingRules, routingRuleDetails } = settingsOf(resource) ?? {};
  const rules = list(routingRules).length > 0 || text(routingRules) || text(routingRuleDetails);
  return rules ? "routing rules are not applied here, so the site is not served" : undefined;
}

function website(resource: RecordedResource, recording: Recording): Website {
  const { urn, name, inputs, outputs, type } = resource;
  const { indexDocument, errorDocument, redirectAllRequestsTo } = settingsOf(resource) ?? {};
  const bucket = (BUCKET.test(type) ? text(outputs.bucket) : undefined) ?? text(inputs.bucket) ?? name;
  const [, region = ""] =
    /\.s3-website[.-](.+)\.amazonaws\.com$/.exec(text(outputs.websiteEndpoint) ?? "") ?? [];
  const errorKey = text(object(errorDocument).key) ?? text(errorDocument);
  const redirect = redirectOf(redirectAllRequestsTo);
  return {
    urn,
    name,
    bucket,
    region,
    host: text(outputs.websiteEndpoint) ?? "",
    index: text(object(indexDocument).suffix) ?? text(indexDocument) ?? "index.html",
    ...(errorKey === undefined ? {} : { errorKey }),
    ...(redirect ? { redirect } : {}),
    open: openStatements(bucket, recording),
  };
}

/** `{ hostName, protocol }`, or in a bucket itself `https://example.com`. */
function redirectOf(value: Values[string] | undefined): Website["redirect"] {
  const [, scheme = "http", named] = /^(?:(https?):\/\/)?([^/]+)\/?$/.exec(text(value) ?? "") ?? [];
  const host = named ?? text(object(value).hostName);
  return host === undefined ? undefined : { host, protocol: text(object(value).protocol) ?? scheme };
}

/** Of the bucket's policy, and of others', those about everybody. */
export function openStatements(bucket: string, recording: Recording): SourcedStatement[] {
  return restrictsPublic(bucket, recording) ? [] : resourceStatements(recording).filter(isAboutEverybody);
}

function restrictsPublic(bucket: string, recording: Recording): boolean {
  const block = recording.resources.find(
    ({ type, inputs }) => type === PUBLIC_ACCESS && text(inputs.bucket) === bucket,
  );
  return flag(block?.inputs.restrictPublicBuckets);
}

function isAboutEverybody({ principals }: SourcedStatement): boolean {
  return principals !== undefined && !principals.except && principals.named.some(({ name }) => name === "*");
}
