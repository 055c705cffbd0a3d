/** The function within the URI of an integration. */
import { type FunctionReference, readFunctionReference } from "../workers/names.ts";

export type FunctionName = Pick<FunctionReference, "name" | "qualifier">;

const ARN = /arn:aws[a-z-]*:lambda:[a-z0-9-]*:[0-9]*:function:([A-Za-z0-9_-]+)(?::([A-Za-z0-9_$-]+))?/;

/** Undefined for a text that names no function. */
export function parseFunctionName(text: string): FunctionName | undefined {
  const { name, qualifier } = readFunctionReference(functionArn(text) ?? text) ?? {};
  if (name === undefined) return undefined;
  return qualifier === undefined ? { name } : { name, qualifier };
}

/** The function ARN inside an integration URI, or the ARN itself; undefined when it names no function. */
export function functionArn(uri: string): string | undefined {
  return ARN.exec(uri)?.[0];
}
