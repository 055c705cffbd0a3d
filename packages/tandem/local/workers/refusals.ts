/** What the cloud refuses when a function is deployed, found before it is run here. */
import limits from "../../shared/aws/limits.cjs";
import type { FunctionSettings } from "./settings.ts";

/** Even numbers, as Node's long-term releases; one ahead of today's, so that a new one is not refused. */
const NEWEST_NODE = 26;
/** Minor version of Python 3, likewise one ahead. */
const NEWEST_PYTHON = 15;

const reserved = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_DEFAULT_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SECRET_KEY",
  "AWS_SESSION_TOKEN",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
]);

function isRuntime(runtime: string): boolean {
  const node = Number(/^nodejs(\d+)\.x$/.exec(runtime)?.[1]);
  const python = Number(/^python3\.(\d+)$/.exec(runtime)?.[1]);
  return (node % 2 === 0 && node <= NEWEST_NODE) || python <= NEWEST_PYTHON;
}

/** One sentence a mistake, without the function's name. */
export function refusals({ name, runtime, environment, memorySize, timeout }: FunctionSettings): string[] {
  const found: string[] = [];
  const variables = Object.entries(environment);
  const bytes = variables.reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (!/^[\w-]+$/.test(name) || name.length > limits.lambda.longestName) {
    found.push(
      `its name ${JSON.stringify(name)} has ${name.length} characters; up to ${limits.lambda.longestName} letters, digits, - and _ are allowed`,
    );
  }
  if (!isRuntime(runtime)) {
    found.push(`its runtime ${runtime} is none of Lambda's, e.g. nodejs24.x`);
  }
  if (bytes > limits.lambda.largestEnvironment) {
    found.push(
      `its environment variables have ${bytes} bytes, ${limits.lambda.largestEnvironment} are allowed`,
    );
  }
  for (const [name] of variables) {
    if (reserved.has(name))
      found.push(`the environment variable ${name} is Lambda's own and cannot be declared`);
    else if (!/^[A-Za-z]\w+$/.test(name)) {
      found.push(
        `the environment variable ${JSON.stringify(name)} must be a letter, then letters, digits or _`,
      );
    }
  }
  if (
    !Number.isInteger(memorySize) ||
    memorySize < limits.lambda.memory.least ||
    memorySize > limits.lambda.memory.most
  ) {
    found.push(
      `its memory of ${memorySize} MB must be a whole number from ${limits.lambda.memory.least} to ${limits.lambda.memory.most}`,
    );
  }
  if (!Number.isInteger(timeout) || timeout < 1 || timeout > limits.lambda.timeout.longest) {
    found.push(
      `its timeout of ${timeout} s must be a whole number from 1 to ${limits.lambda.timeout.longest}`,
    );
  }
  return found;
}
