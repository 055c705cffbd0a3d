/** The queues and buckets of a recorded program. */

import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { regionOf } from "../../program/reading/region.ts";
import { declared, ofType } from "../../program/reading/resources.ts";
import { asset as assetOf, flag, list, number, object, opened, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording, Value, Values } from "../../program/recording.ts";
import { readRedrivePolicy } from "../redrive-policy.ts";
import type { CorsRule } from "./cors.ts";

export const QUEUE = "aws:sqs/queue:Queue";
const REDRIVE = "aws:sqs/redrivePolicy:RedrivePolicy";
export const OBJECT = /^aws:s3\/bucketObject(v2)?:/;
export const CORS = /^aws:s3\/bucketCorsConfiguration(V2)?:/;
export const VERSIONING = /^aws:s3\/bucketVersioning(V2)?:/;
export const BUCKET = /^aws:s3\/bucket(V2)?:/;

export interface DeclaredQueue {
  /** As the program calls it. */
  logicalName: string;
  name: string;
  arn: string;
  /** As the recorded program calls it. */
  url: string;
  /** By SQS's own names of attributes. */
  attributes: Record<string, string>;
}

export type Versioning = "Enabled" | "Suspended";

export interface DeclaredBucket {
  /** As the program calls it. */
  logicalName: string;
  name: string;
  region: string;
  cors: CorsRule[];
  versioning?: Versioning;
}

export interface DeclaredObject {
  bucket: string;
  key: string;
  content: { file: string } | { data: string; encoding: "utf8" | "base64" };
  contentType?: string;
}

export interface Declared {
  queues: DeclaredQueue[];
  buckets: DeclaredBucket[];
  objects: DeclaredObject[];
}

/** Input of the resource → attribute of the queue. */
const ATTRIBUTES: Record<string, string> = {
  visibilityTimeoutSeconds: "VisibilityTimeout",
  delaySeconds: "DelaySeconds",
  messageRetentionSeconds: "MessageRetentionPeriod",
  maxMessageSize: "MaximumMessageSize",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  fifoQueue: "FifoQueue",
  contentBasedDeduplication: "ContentBasedDeduplication",
};

export function declaredStores(recording: Recording): Declared {
  const own = recording.resources.filter(({ read }) => !read);
  return {
    queues: declared(recording, QUEUE).map((queue) => declaredQueue(queue, recording)),
    buckets: own
      .filter(({ type }) => BUCKET.test(type))
      .map((bucket) => ({
        logicalName: bucket.name,
        name: bucketName(bucket),
        region: text(bucket.outputs.region) ?? regionOf(recording),
        cors: corsOf(bucket, recording),
        ...versioningOf(bucket, recording),
      })),
    objects: own
      .filter(({ type }) => OBJECT.test(type))
      .flatMap((object) => declaredObject(object, recording.cwd)),
  };
}

/** Of the bucket itself, or of a resource of its own that names the bucket. */
function corsOf(bucket: RecordedResource, recording: Recording): CorsRule[] {
  const separate = recording.resources.find(
    ({ type, inputs }) => CORS.test(type) && text(inputs.bucket) === bucketName(bucket),
  );
  return list((separate ?? bucket).inputs.corsRules).map((rule) => {
    const { allowedHeaders, allowedMethods, allowedOrigins, exposeHeaders, maxAgeSeconds } = object(rule);
    const texts = (value: Value | undefined) => list(value).map((one) => text(one) ?? "");
    const maxAge = number(maxAgeSeconds);
    return {
      allowedHeaders: texts(allowedHeaders),
      allowedMethods: texts(allowedMethods),
      allowedOrigins: texts(allowedOrigins),
      exposeHeaders: texts(exposeHeaders),
      ...(maxAge === undefined ? {} : { maxAgeSeconds: maxAge }),
    };
  });
}

/** Of the bucket itself, or of a resource of its own that names the bucket. */
function versioningOf(bucket: RecordedResource, recording: Recording): { versioning?: Versioning } {
  const separate = recording.resources.find(
    ({ type, inputs }) => VERSIONING.test(type) && text(inputs.bucket) === bucketName(bucket),
  );
  const own = object(bucket.inputs.versioning).enabled;
  const status =
    text(object(separate?.inputs.versioningConfiguration).status) ?? (flag(own) ? "Enabled" : undefined);
  return status === "Enabled" || status === "Suspended" ? { versioning: status } : {};
}

export function bucketName({ name, inputs, outputs }: RecordedResource): string {
  return text(outputs.bucket) ?? text(inputs.bucket) ?? name;
}

/** Nothing for a content that is only to be had elsewhere, e.g. at a URL. */
function declaredObject({ name, inputs, outputs }: RecordedResource, cwd: string): DeclaredObject[] {
  const content = contentOf(inputs, cwd);
  const contentType = text(inputs.contentType);
  const key = text(outputs.key) ?? text(inputs.key) ?? name;
  return content
    ? [{ bucket: text(inputs.bucket) ?? "", key, content, ...(contentType ? { contentType } : {}) }]
    : [];
}

function contentOf(inputs: RecordedResource["inputs"], cwd: string): DeclaredObject["content"] | undefined {
  const source = opened(inputs.source);
  const asset: { text?: string; path?: string } = assetOf(source) ?? { path: text(inputs.source) };
  const plain = text(inputs.content) ?? asset.text;
  const base64 = text(inputs.contentBase64);
  if (plain !== undefined) return { data: plain, encoding: "utf8" };
  if (base64 !== undefined) return { data: base64, encoding: "base64" };
  return asset.path === undefined ? undefined : { file: path.resolve(cwd, asset.path) };
}

function declaredQueue(queue: RecordedResource, recording: Recording): DeclaredQueue {
  const { inputs, outputs } = queue;
  const url = text(outputs.url) ?? queue.id ?? "";
  const attributes: Record<string, string> = {};
  for (const [input, attribute] of Object.entries(ATTRIBUTES)) {
    const value = text(inputs[input]);
    if (value !== undefined) attributes[attribute] = value;
  }
  const redrive = redrivePolicy(queue, url, recording);
  if (redrive) attributes.RedrivePolicy = redrive;
  const name = text(outputs.name) ?? queue.name;
  return { logicalName: queue.name, name, arn: text(outputs.arn) ?? "", url, attributes };
}

/** ARN of the queue that takes its dead letters. */
export function deadLetterArn({ attributes }: DeclaredQueue): string | undefined {
  return text((JSON.parse(attributes.RedrivePolicy ?? "{}") as Values).deadLetterTargetArn);
}

/** Of the queue itself, or of a resource of its own that names the queue. */
function redrivePolicy(
  { name, inputs }: RecordedResource,
  url: string,
  recording: Recording,
): string | undefined {
  const separate = ofType(recording, REDRIVE).find(({ inputs: other }) => text(other.queueUrl) === url);
  const source = `queue ${name}`;
  const policy =
    readRedrivePolicy(inputs.redrivePolicy, source) ??
    readRedrivePolicy(separate?.inputs.redrivePolicy, source);
  if (policy === undefined) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  return JSON.stringify({
    deadLetterTargetArn,
    maxReceiveCount: number(maxReceiveCount) ?? text(maxReceiveCount),
  });
}

/** The URL of a queue on this machine: `https://sqs.eu-central-1.amazonaws.com/123456789012/changes` → the same path at the local server. */
export function localQueueUrl(url: string, server: Server | string): string {
  const origin =
    typeof server === "string" ? server : `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return origin + new URL(url).pathname;
}
