/** SQS and S3 for tests that ask in their own process, as somebody who may do everything. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Answer, FrontRequest } from "../../../local/emulators/front.ts";
import { Guard, type Principal } from "../../../local/iam/guard.ts";
import { answerS3 } from "../../../local/queues-and-buckets/answer-s3.ts";
import { answerSqs } from "../../../local/queues-and-buckets/answer-sqs.ts";
import type { DeclaredBucket } from "../../../local/queues-and-buckets/declared.ts";
import { Library } from "../../../local/queues-and-buckets/fauxqs.ts";
import type { AnswerOptions } from "../../../local/queues-and-buckets/judge.ts";
import { queueArn, queueUrl, REGION } from "../iam/recordings.ts";

export type Headers = Record<string, string>;

interface Stores {
  /** Attributes, by the names of the queues. */
  queues?: Record<string, Record<string, string>>;
  buckets?: Record<string, Pick<DeclaredBucket, "versioning">>;
}

/** To be called in a `describe`, or in a file for all of it: the stores are there before the tests, and go after them. */
export function ownStores({ queues = {}, buckets = {} }: Stores) {
  let folder: string;
  let library: Library;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-"));
    library = new Library(folder);
    library.declare({
      queues: Object.entries(queues).map(([name, attributes]) => ({
        logicalName: name,
        name,
        arn: queueArn(name),
        url: queueUrl(name),
        attributes,
      })),
      buckets: Object.entries(buckets).map(([name, more]) => ({
        logicalName: name,
        name,
        region: REGION,
        cors: [],
        ...more,
      })),
      objects: [],
    });
  });

  after(async () => {
    await library.close();
    rmSync(folder, { recursive: true });
  });

  return {
    get library(): Library {
      return library;
    },
    askS3: (method: string, url: string, headers: Headers = {}, body = ""): Promise<Answer> =>
      answerS3(answerOptions(library), requestOf({ method, url, headers, body })),
    /** @param input as it is, or the text that stands in its place */
    askSqs: (operation: string, input: string | object, headers: Headers = {}): Promise<Answer> => {
      const body = typeof input === "string" ? input : JSON.stringify(input);
      const target = { "x-amz-target": `AmazonSQS.${operation}` };
      return answerSqs(answerOptions(library), requestOf({ headers: { ...target, ...headers }, body }));
    },
  };
}

class Everybody extends Guard {
  override authenticate(): Principal {
    return { arn: "arn:aws:iam::123456789012:user/operator", region: REGION };
  }
}

function answerOptions(library: Library): AnswerOptions {
  const guard = new Everybody([]);
  return {
    library,
    guard: () => guard,
    queueUrls: () => new Map(),
    bucketRegion: () => undefined,
    bucketCors: () => [],
    onObject: () => {},
    onRefusal: ({ message }) => {
      throw new Error(message);
    },
    onStoreFailure: (why) => {
      throw new Error(why);
    },
  };
}

function requestOf({ body, ...more }: Partial<Omit<FrontRequest, "body">> & { body: string }): FrontRequest {
  return { method: "POST", url: "/", headers: {}, gone: () => false, ...more, body: Buffer.from(body) };
}
