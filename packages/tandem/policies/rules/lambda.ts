import type { RecordedResource, Recording, Value } from "../../program/recording.ts";
import limits from "../../shared/aws/limits.cjs";
import { FUNCTION_TYPE, functionsAt, isCalledAsynchronously, namesOf } from "../functions.ts";
import {
  at,
  holds,
  isSecret,
  list,
  number,
  ofType,
  opened,
  pointsAt,
  shown,
  text,
  written,
} from "../reading.ts";
import { each, finding, type Rule } from "../rule.ts";
import { looksLikePassword } from "../secrets.ts";

/** The latest of each family; older ones lose their security updates first. */
const currentRuntimes = ["nodejs24.x", "python3.14", "java25", "dotnet10", "ruby3.4", "provided.al2023"];

export const lambdaRules: Rule[] = [
  {
    id: "lambda/runtime",
    standards: ["AwsSolutions-L1"],
    title: "Functions run on a current runtime",
    remedy: `Set \`runtime\` to one of ${currentRuntimes.join(", ")}.`,
    check: each(FUNCTION_TYPE, (lambda) => {
      // An image brings its own.
      if (text(lambda, "packageType") === "Image") return undefined;
      const runtime = at(lambda, "runtime");
      return holds(runtime, (value) => currentRuntimes.includes(written(value)))
        ? undefined
        : `runtime is ${shown(runtime)}`;
    }),
  },
  {
    id: "lambda/no-secret-in-variable",
    standards: ["CKV_AWS_45"],
    title: "No variable of a function holds a secret",
    remedy: "Give the function's role the right to read it, or use IAM authentication so that there is none.",
    waivable: false,
    check: each(FUNCTION_TYPE, (lambda) => {
      const names = Object.entries(variablesOf(lambda))
        .filter(([name, value]) => isSecret(value) || looksLikePassword(name, value))
        .map(([name]) => name);
      return names.length === 0 ? undefined : `secret in variable ${names.join(", ")}`;
    }),
  },
  {
    id: "lambda/tracing",
    standards: ["CKV_AWS_50", "Serverless-LambdaTracing"],
    title: "Functions are traced",
    remedy: 'Set `tracingConfig: { mode: "Active" }`.',
    check: each(FUNCTION_TYPE, (lambda) => {
      const mode = at(lambda, "tracingConfig.mode");
      return holds(mode, (value) => value === "Active") ? undefined : `tracing mode is ${shown(mode)}`;
    }),
  },
  {
    id: "lambda/reserved-concurrency",
    standards: ["CKV_AWS_115"],
    title: "Each function has its own share of the account's concurrency",
    remedy: "Set `reservedConcurrentExecutions` (config `reservedConcurrency`).",
    onlyInProduction: true,
    check: each(FUNCTION_TYPE, (lambda) => {
      const reserved = at(lambda, "reservedConcurrentExecutions");
      return holds(reserved, (value) => typeof value === "number" && value >= 0)
        ? undefined
        : `reservedConcurrentExecutions is ${shown(reserved)}`;
    }),
  },
  {
    id: "lambda/failure-destination",
    standards: ["CKV_AWS_116", "Serverless-LambdaAsyncFailureDestination"],
    title: "A call that nobody waits for leaves a trace when it fails for good",
    remedy: "Give the function a FunctionEventInvokeConfig with `destinationConfig.onFailure`.",
    check: each(FUNCTION_TYPE, (lambda, recording) => {
      if (!isCalledAsynchronously(recording, lambda) || hasFailureDestination(recording, lambda))
        return undefined;
      return "called asynchronously without a failure destination";
    }),
  },
  {
    id: "lambda/permission-source",
    standards: ["AWS-0067", "CKV_AWS_364"],
    title: "Who may call a function is one resource, not a whole service",
    remedy: "Set `sourceArn` to the ARN of what calls.",
    check: each("aws:lambda/permission:Permission", (permission) => {
      const byService = holds(at(permission, "principal"), (value) =>
        written(value).endsWith(".amazonaws.com"),
      );
      return byService && at(permission, "sourceArn") === undefined ? "no sourceArn" : undefined;
    }),
  },
  {
    id: "lambda/not-public",
    standards: ["Lambda.1", "CKV_AWS_301", "CKV_AWS_258"],
    title: "No function can be called by everybody",
    remedy: "Name the principal; give a function URL the authorization type AWS_IAM.",
    waivable: false,
    check: (recording) => [
      ...ofType(recording, "aws:lambda/permission:Permission").flatMap((permission) =>
        finding(permission, text(permission, "principal") === "*" ? 'principal is "*"' : undefined),
      ),
      ...ofType(recording, "aws:lambda/functionUrl:FunctionUrl").flatMap((url) =>
        finding(url, text(url, "authorizationType") === "NONE" ? "the function URL is open" : undefined),
      ),
    ],
  },
  {
    id: "lambda/url-origins",
    standards: [],
    title: "No page of somebody else calls a function URL with the visitor's cookies",
    remedy: "Name the origins in `cors.allowOrigins`, or leave `allowCredentials` out.",
    check: each("aws:lambda/functionUrl:FunctionUrl", (url) =>
      at(url, "cors.allowCredentials") === true && list(url, "cors.allowOrigins").map(written).includes("*")
        ? "any page may call it with credentials"
        : undefined,
    ),
  },
  {
    id: "lambda/memory",
    standards: ["Serverless-LambdaDefaultMemorySize"],
    title: "A function's memory, and with it its processor, is chosen on purpose",
    remedy: "Set `memorySize`.",
    check: each(FUNCTION_TYPE, (lambda) =>
      at(lambda, "memorySize") === undefined ? "no memorySize" : undefined,
    ),
  },
  {
    id: "lambda/timeout",
    standards: ["Serverless-LambdaDefaultTimeout"],
    title: "A function's timeout is chosen on purpose",
    remedy: "Set `timeout`.",
    check: each(FUNCTION_TYPE, (lambda) => (at(lambda, "timeout") === undefined ? "no timeout" : undefined)),
  },
  {
    id: "lambda/environment-size",
    standards: [],
    title: "A function's variables fit into the 4 KB that Lambda takes",
    remedy: "Move long values into a parameter or into the bundle.",
    check: each(FUNCTION_TYPE, (lambda) => {
      const bytes = Object.entries(variablesOf(lambda))
        .map(([name, value]) => Buffer.byteLength(name) + Buffer.byteLength(written(opened(value))))
        .reduce((sum, size) => sum + size, 0);
      return bytes > limits.lambda.largestEnvironment
        ? `variables take ${bytes} of ${limits.lambda.largestEnvironment} bytes`
        : undefined;
    }),
  },
  {
    id: "lambda/timeout-under-integration",
    standards: [],
    title: "A function behind an API gives up before the API does",
    remedy:
      "Lower the function's `timeout` or raise the integration's `timeoutMilliseconds` (at most 30,000).",
    check: each("aws:apigatewayv2/integration:Integration", (integration, recording) => {
      const patience = number(at(integration, "timeoutMilliseconds") ?? limits.apiGateway.httpTimeout);
      const slow = functionsAt(recording, integration, "integrationUri").find(
        (lambda) => timeoutOf(lambda) * 1000 >= patience,
      );
      return slow && `waits ${patience} ms for ${slow.name}, which may take ${timeoutOf(slow)} s`;
    }),
  },
];

function variablesOf(lambda: RecordedResource): Record<string, Value> {
  const variables = at(lambda, "environment.variables");
  return typeof variables === "object" && variables !== null ? (variables as Record<string, Value>) : {};
}

function timeoutOf(lambda: RecordedResource): number {
  return number(at(lambda, "timeout") ?? limits.lambda.timeout.standard);
}

function hasFailureDestination(recording: Recording, lambda: RecordedResource): boolean {
  if (at(lambda, "deadLetterConfig.targetArn") !== undefined) return true;
  const names = namesOf(recording, lambda);
  return ofType(recording, "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig").some(
    (config) =>
      names.some((name) => pointsAt(config, "functionName", name) || pointsAt(config, "qualifier", name)) &&
      at(config, "destinationConfig.onFailure.destination") !== undefined,
  );
}
