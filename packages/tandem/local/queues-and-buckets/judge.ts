/** Whether whoever asks SQS or S3 may have what they ask for. */
import type { Answer, FrontRequest } from "../emulators/front.ts";
import type { Call } from "../iam/evaluate.ts";
import type { Guard, Principal, Refusal } from "../iam/guard.ts";
import type { Failure } from "./failures.ts";

export interface Judge {
  guard(): Guard;
  onRefusal(refusal: Refusal): void;
}

/** The refusal as an answer; undefined when the request may go on. The request is as it came: its signature is checked. */
export function judge(
  { guard, onRefusal }: Judge,
  request: FrontRequest,
  service: "sqs" | "s3",
  failure: Failure,
  callsOf: (principal: Principal) => Call[] | undefined,
): Answer | undefined {
  const principal = guard().authenticate(request, service);
  if (typeof principal === "string") return failure(principal);
  const calls = callsOf(principal);
  if (!calls)
    return failure("AccessDenied", "The local run cannot tell what this request needs a permission for");
  const refusal = guard().refusal(principal, calls);
  if (!refusal) return undefined;
  onRefusal(refusal);
  return failure("AccessDenied", refusal.message);
}
