import type { Recording, Value, Values } from "../../../program/recording.ts";
import { add, type Mutants } from "../support/mutant.ts";
import { wrong } from "../support/other-kinds.ts";

/** A stage of a REST API that is as it should be, with its limits. */
function restStage(recording: Recording, inputs: Record<string, Value | undefined>): void {
  const all = {
    accessLogSettings: { destinationArn: "arn:aws:logs:x", format: "{}" },
    xrayTracingEnabled: true,
    ...inputs,
  };
  const kept = Object.entries(all).filter(([, value]) => value !== undefined);
  const stage = add(recording, "aws:apigateway/stage:Stage", Object.fromEntries(kept) as Values);
  stage.urn += "-stage";
  add(
    recording,
    "aws:apigateway/methodSettings:MethodSettings",
    { settings: { throttlingRateLimit: 10, throttlingBurstLimit: 20 } },
    { stageName: stage },
  );
}

export const edgeMutants: Mutants = {
  "cloudfront/https": [
    wrong("a distribution answers plain HTTP", "aws:cloudfront/distribution:Distribution", {
      defaultCacheBehavior: { viewerProtocolPolicy: "allow-all" },
    }),
  ],
  "cloudfront/tls": [
    wrong("a distribution takes old protocols", "aws:cloudfront/distribution:Distribution", {
      viewerCertificate: { minimumProtocolVersion: "TLSv1" },
    }),
  ],
  "cloudfront/log": [
    wrong("a distribution has no log", "aws:cloudfront/distribution:Distribution", {
      loggingConfig: undefined,
    }),
  ],
  "load-balancer/https": [
    wrong("a load balancer answers plain HTTP", "aws:lb/listener:Listener", {
      protocol: "HTTP",
      defaultActions: [{ type: "forward" }],
    }),
    wrong("a load balancer takes old protocols", "aws:lb/listener:Listener", {
      sslPolicy: "ELBSecurityPolicy-2016-08",
    }),
  ],
  "load-balancer/log": [
    wrong("a load balancer has no log", "aws:lb/loadBalancer:LoadBalancer", { accessLogs: undefined }),
  ],
  "rest-api/access-log": [
    {
      change: "a REST API has no log",
      mutate: (recording) => restStage(recording, { accessLogSettings: undefined }),
    },
  ],
  "rest-api/tracing": [
    {
      change: "a REST API is not traced",
      mutate: (recording) => restStage(recording, { xrayTracingEnabled: undefined }),
    },
  ],
  "rest-api/throttling": [
    {
      change: "a REST API has no limit",
      mutate: (recording) => {
        restStage(recording, {});
        recording.resources.pop();
      },
    },
  ],
  "rest-api/lambda-post": [
    {
      change: "a REST API calls its function by GET",
      mutate: (recording) =>
        add(recording, "aws:apigateway/integration:Integration", {
          type: "AWS_PROXY",
          httpMethod: "GET",
          integrationHttpMethod: "GET",
        }),
    },
    {
      change: "a REST API does not say by which method it calls a function with a template",
      mutate: (recording) =>
        add(recording, "aws:apigateway/integration:Integration", {
          type: "AWS",
          httpMethod: "GET",
          uri: "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/f/invocations",
        }),
    },
  ],
  "cognito/passwords": [
    wrong("a user pool takes short passwords", "aws:cognito/userPool:UserPool", {
      passwordPolicy: undefined,
    }),
  ],
  "cognito/deletion-protection": [
    wrong("a user pool can be deleted", "aws:cognito/userPool:UserPool", { deletionProtection: undefined }),
  ],
};
