import type { Context } from "aws-lambda";

/** The context of an invocation, as far as functions look at it. */
export function context(functionName: string): Context {
  const region = "eu-central-1";
  return {
    functionName,
    functionVersion: "1",
    invokedFunctionArn: `arn:aws:lambda:${region}:123456789012:function:${functionName}`,
    memoryLimitInMB: "512",
    awsRequestId: "8c2ff6a6-7e3c-4c3e-9a0d-1f0b8f6f7c11",
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: "2026/11/23/[1]0123456789abcdef",
    getRemainingTimeInMillis: () => 10_000,
  } as Context;
}
