/** What the answers of SQS and S3 are made from, for tests that ask in their own process, as somebody who may do everything. */
import type { FrontRequest } from "../../../local/emulators/front.ts";
import { Guard, type Principal } from "../../../local/iam/guard.ts";
import type { Library } from "../../../local/queues-and-buckets/fauxqs.ts";
import type { AnswerOptions } from "../../../local/queues-and-buckets/judge.ts";
import { REGION } from "../iam/recordings.ts";

class Everybody extends Guard {
  override authenticate(): Principal {
    return { arn: "arn:aws:iam::123456789012:user/operator", region: REGION };
  }
}

export function answerOptions(library: Library): AnswerOptions {
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

export function requestOf({
  body = "",
  ...more
}: Partial<Omit<FrontRequest, "body">> & { body?: string }): FrontRequest {
  return { method: "POST", url: "/", headers: {}, gone: () => false, ...more, body: Buffer.from(body) };
}
