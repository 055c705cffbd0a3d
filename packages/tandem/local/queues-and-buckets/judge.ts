/** Whether whoever asks SQS or S3 may have what they ask for. */
import type { Answer, FrontRequest } from "../emulators/front.ts";
import type { Call } from "../iam/evaluate.ts";
import type { Guard, Principal, Refusal } from "../iam/guard.ts";
import type { CorsRule } from "./cors.ts";
import type { ObjectEvent } from "./events.ts";
import type { Failure } from "./failures.ts";
import type { Library } from "./fauxqs.ts";

export interface Judge {
  guard(): Guard;
  onRefusal(refusal: Refusal): void;
}

/** What an answer of either is made from. */
export interface AnswerOptions extends Judge {
  library: Library;
  /** What queues are called by programs → by clients here. */
  queueUrls(): ReadonlyMap<string, string>;
  /** Of a declared bucket. */
  bucketRegion(bucket: string): string | undefined;
  /** None for a bucket without. */
  bucketCors(bucket: string): readonly CorsRule[];
  onObject(event: ObjectEvent): void;
  /** What is kept could not be written or read, and why. */
  onStoreFailure(why: string): void;
}

/** The refusal as an answer; undefined when the request may go on. The request is as it came: its signature is checked. */
export function judge(
  options: Judge,
  request: FrontRequest,
  service: "sqs" | "s3",
  failure: Failure,
  callsOf: (principal: Principal) => Call[] | undefined,
): Answer | undefined {
  const principal = options.guard().authenticate(request, service);
  if (typeof principal === "string") return failure(principal);
  const calls = callsOf(principal);
  if (!calls)
    return failure("AccessDenied", "The local run cannot tell what this request needs a permission for");
  const refusal = refusalOf(options, principal, calls);
  return refusal && failure("AccessDenied", refusal.message);
}

/** The first call that the program does not allow, told to the person. */
export function refusalOf(
  { guard, onRefusal }: Judge,
  principal: Principal,
  calls: readonly Call[],
): Refusal | undefined {
  const refusal = guard().refusal(principal, calls);
  if (refusal) onRefusal(refusal);
  return refusal;
}
