/** A function's whole environment: what it declares, what Lambda adds, and nothing of this process. */
import type { SessionCredentials } from "../iam/credentials.ts";
import type { Addresses } from "../service.ts";
import type { FunctionSettings } from "./settings.ts";

export interface EnvironmentSources {
  addresses: Pick<Addresses, "apply" | "variables">;
  credentials: SessionCredentials | undefined;
  taskRoot: string;
  logStreamName: string;
}

export function workerEnvironment(
  settings: FunctionSettings,
  { addresses, credentials, taskRoot, logStreamName }: EnvironmentSources,
): Record<string, string> {
  const declared = Object.entries(settings.environment).map(([name, value]) => [
    name,
    addresses.apply(value),
  ]);
  return {
    LANG: "en_US.UTF-8",
    PATH: "/usr/local/bin:/usr/bin:/bin:/opt/bin",
    TZ: ":UTC",
    ...addresses.variables(),
    ...Object.fromEntries(declared),
    _HANDLER: settings.handler,
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: settings.name,
    AWS_LAMBDA_FUNCTION_VERSION: settings.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memorySize),
    AWS_LAMBDA_LOG_GROUP_NAME: settings.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    LAMBDA_TASK_ROOT: taskRoot,
    ...credentialVariables(credentials),
  };
}

function credentialVariables(credentials: SessionCredentials | undefined): Record<string, string> {
  if (!credentials) return {};
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
  };
}
