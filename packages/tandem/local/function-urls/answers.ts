/** What Lambda answers at a function URL by itself. Texts as recorded on AWS in November 2025; what was not is marked. */
import limits from "../../shared/aws/limits.cjs";
import type { HttpAnswer } from "../gateway/http/http-message.ts";

function answer(status: number, type: string, body: object): HttpAnswer {
  return {
    status,
    headers: ["Content-Type", "application/json", "x-amzn-ErrorType", type],
    body: JSON.stringify(body),
  };
}

export const forbidden = answer(403, "AccessDeniedException", {
  Message:
    "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
});

/** Of an address that no function has. */
export const noSuchUrl = answer(403, "AccessDeniedException", { Message: null });

/** The function failed, took too long, or gave what cannot be made an answer. */
export const functionError: HttpAnswer = {
  status: 502,
  headers: ["Content-Type", "application/json"],
  body: "Internal Server Error",
};

/** As `Invoke` answers; not recorded of a URL. */
export const throttled = answer(429, "TooManyRequestsException", {
  Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
  Type: "User",
  message: "Rate Exceeded.",
});

/** As `Invoke` answers; not recorded of a URL. */
export const tooLarge = answer(413, "RequestEntityTooLargeException", {
  Message: `Request must be smaller than ${limits.lambda.largestEvent} bytes for the InvokeFunction operation`,
});

/** A signature that is not right; as AWS's services word it. */
export function wrongSignature(type: string, message: string): HttpAnswer {
  return answer(403, type, { message });
}

/** Of the local run, where the cloud would not come to it. */
export function ownAnswer(status: number, message: string, headers: string[] = []): HttpAnswer {
  return {
    status,
    headers: ["Content-Type", "application/json", ...headers],
    body: JSON.stringify({ Message: message }),
  };
}
