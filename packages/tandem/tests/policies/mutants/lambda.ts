import { add, find, type Mutants, remove, set } from "../support/mutant.ts";

const FUNCTION_TYPE = "aws:lambda/function:Function";
const PERMISSION_TYPE = "aws:lambda/permission:Permission";
const INVOKE_CONFIG_TYPE = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";

const inFunction = (path: string, value?: string | number) => (recording: Parameters<typeof find>[0]) =>
  set(find(recording, FUNCTION_TYPE, "hello"), path, value);

export const lambdaMutants: Mutants = {
  "lambda/runtime": [
    { change: "a function runs on Node 20", mutate: inFunction("runtime", "nodejs20.x") },
    { change: "a function runs on Node 20", stack: "dev", mutate: inFunction("runtime", "nodejs20.x") },
  ],
  "lambda/no-secret-in-variable": [
    {
      change: "a variable is a secret of the configuration",
      mutate: (recording) =>
        set(find(recording, FUNCTION_TYPE, "hello"), "environment.variables.GREETING", {
          $: "secret",
          value: "hidden greeting",
        }),
    },
    {
      change: "a variable's name says that it is a password",
      mutate: inFunction("environment.variables.DB_PASSWORD", "correct horse"),
    },
    {
      change: "an address in a variable carries a password",
      mutate: inFunction("environment.variables.STORE", "mongodb+srv://reader:battery@db.example.com/notes"),
    },
    {
      change: "a variable holds an access key",
      mutate: inFunction("environment.variables.LEGACY", "AKIAIOSFODNN7EXAMPLE"),
    },
  ],
  "lambda/tracing": [
    { change: "tracing passes through", mutate: inFunction("tracingConfig.mode", "PassThrough") },
    { change: "tracing is not set", stack: "dev", mutate: inFunction("tracingConfig") },
  ],
  "lambda/reserved-concurrency": [
    {
      change: "a function has no reserved concurrency",
      mutate: inFunction("reservedConcurrentExecutions"),
    },
  ],
  "lambda/failure-destination": [
    {
      change: "the import's failures go nowhere",
      mutate: (recording) =>
        set(find(recording, INVOKE_CONFIG_TYPE, "incoming"), "destinationConfig.onFailure", {}),
    },
    {
      change: "the report is called at night without saying what becomes of a failure",
      stack: "dev",
      mutate: (recording) => remove(recording, INVOKE_CONFIG_TYPE, "nightly"),
    },
  ],
  "lambda/permission-source": [
    {
      change: "any bucket may call the import",
      mutate: (recording) =>
        set(find(recording, PERMISSION_TYPE, "incoming-permission"), "sourceArn", undefined),
    },
  ],
  "lambda/not-public": [
    {
      change: "everybody may call a function",
      mutate: (recording) => set(find(recording, PERMISSION_TYPE), "principal", "*"),
    },
    {
      change: "a function has an open URL",
      stack: "dev",
      mutate: (recording) =>
        add(
          recording,
          "aws:lambda/functionUrl:FunctionUrl",
          { authorizationType: "NONE" },
          {
            functionName: find(recording, FUNCTION_TYPE, "hello"),
          },
        ),
    },
  ],
  "lambda/url-origins": [
    {
      change: "any page may call a function with the visitor's cookies",
      mutate: (recording) =>
        add(
          recording,
          "aws:lambda/functionUrl:FunctionUrl",
          { authorizationType: "AWS_IAM", cors: { allowCredentials: true, allowOrigins: ["*"] } },
          { functionName: find(recording, FUNCTION_TYPE, "hello") },
        ),
    },
  ],
  "lambda/memory": [
    { change: "a function has the memory that Lambda gives", mutate: inFunction("memorySize") },
  ],
  "lambda/timeout": [
    { change: "a function has the timeout that Lambda gives", mutate: inFunction("timeout") },
  ],
  "lambda/environment-size": [
    { change: "a variable takes 4 KB", mutate: inFunction("environment.variables.LIST", "x".repeat(4096)) },
  ],
  "lambda/timeout-under-integration": [
    {
      change: "the API waits 10 s for functions that may take 10 s",
      mutate: (recording) =>
        set(find(recording, "aws:apigatewayv2/integration:Integration"), "timeoutMilliseconds", 10_000),
    },
  ],
};
