/**
 * Stands in for `@aws-sdk/credential-providers`, which the MongoDB driver asks for the credentials of the function's
 * role, and for `@aws-sdk/credential-provider-node`, which the SDK's clients ask. Lambda puts them into the environment.
 * The real packages search files, processes and HTTP endpoints that a function never has, and weigh 350 and 130 KB.
 */

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Reads the environment at each call: Lambda may hand a worker new credentials. */
export function fromNodeProviderChain(): () => Promise<Credentials> {
  return async () => {
    const credentials: Credentials = {
      accessKeyId: required("AWS_ACCESS_KEY_ID"),
      secretAccessKey: required("AWS_SECRET_ACCESS_KEY"),
    };
    const sessionToken = process.env.AWS_SESSION_TOKEN;
    return sessionToken ? { ...credentials, sessionToken } : credentials;
  };
}

/** The name under which the SDK's clients know the same thing. */
export const defaultProvider = fromNodeProviderChain;

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Missing environment variable ${name}`);
  return value;
}
