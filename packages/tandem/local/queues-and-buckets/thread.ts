/** Serves SQS and S3 in a thread of its own. */
import { workerData } from "node:worker_threads";
import { remedy } from "../emulators/damage.ts";
import { type Answer, createFront, type FrontRequest } from "../emulators/front.ts";
import type { ThreadData } from "../emulators/messages.ts";
import {
  answered,
  guard,
  logLine,
  reportEvent,
  reportRefusal,
  serve,
  UnreadableData,
} from "../emulators/thread-side.ts";
import { readSignature } from "../iam/signature.ts";
import { answerS3 } from "./answer-s3.ts";
import { answerSqs } from "./answer-sqs.ts";
import type { CorsRule } from "./cors.ts";
import { type Declared, localQueueUrl } from "./declared.ts";
import { s3Failure, sqsFailure } from "./failures.ts";
import { Library, StoreFailure } from "./fauxqs.ts";
import type { AnswerOptions } from "./judge.ts";

/** What the library takes at most, in bytes; larger objects come in parts. */
const LARGEST_REQUEST = 11 * 1024 * 1024;
const notReady = { ...s3Failure("ServiceUnavailable", "Nothing is declared yet."), status: 503 };

const { folder, port } = workerData as ThreadData;
let library: Library | undefined;
let queueUrls = new Map<string, string>();
const reported = new Set<string>();
let bucketRegions = new Map<string, string>();
let bucketCors = new Map<string, CorsRule[]>();

const options = {
  guard,
  queueUrls: () => queueUrls,
  bucketRegion: (bucket: string) => bucketRegions.get(bucket),
  bucketCors: (bucket: string) => bucketCors.get(bucket) ?? [],
  onRefusal: reportRefusal,
  onObject: reportEvent,
  onStoreFailure(why: string) {
    const way = remedy(why, folder);
    if (!reported.has(why)) logLine(`SQS and S3: ${why}.${way === undefined ? "" : ` ${way}.`}`);
    reported.add(why);
  },
};

const front = createFront({
  answered,
  largestRequest: LARGEST_REQUEST,
  tooLarge: {
    ...s3Failure("EntityTooLarge", "The local S3 takes 11 MiB at a time; upload it in parts."),
    status: 400,
  },
  // Nobody knows the address before queues and buckets are declared.
  answer: async (request) => (library ? answerCall({ ...options, library }, request) : notReady),
  failed: (error) => ({ ...s3Failure("InternalError", String(error)), status: 500 }),
});

await serve<Declared>({
  front,
  port,
  async declare(declared) {
    library ??= open();
    const kept = library.declare(declared);
    queueUrls = new Map(declared.queues.map(({ url }) => [url, localQueueUrl(url, front)]));
    bucketRegions = new Map(declared.buckets.map(({ name, region }) => [name, region]));
    bucketCors = new Map(declared.buckets.map(({ name, cors }) => [name, cors]));
    return kept;
  },
  async tidy() {},
  close: async () => library?.close(),
});

function open(): Library {
  try {
    return new Library(folder);
  } catch (error) {
    throw new UnreadableData(error as Error);
  }
}

/** One port serves both; which one is meant stands in the signature. */
async function answerCall(options: AnswerOptions, request: FrontRequest): Promise<Answer> {
  const isSqs = readSignature(request)?.service === "sqs" || request.headers["x-amz-target"] !== undefined;
  try {
    return await (isSqs ? answerSqs(options, request) : answerS3(options, request));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (error instanceof StoreFailure) options.onStoreFailure(why);
    const failure = isSqs ? sqsFailure : s3Failure;
    return { ...failure("InternalError", why), status: 500 };
  }
}
