/** References to functions, the one reading of them: a name, part of an ARN or all of it, each with or without a qualifier. */

export interface FunctionReference {
  name: string;
  /** Alias, version or `$LATEST`. */
  qualifier?: string;
  /** Where the reference says them. */
  region?: string;
  account?: string;
}

export type FunctionName = Pick<FunctionReference, "name" | "qualifier">;

const ARN = /arn:aws[a-z-]*:lambda:[a-z0-9-]*:[0-9]*:function:([A-Za-z0-9_-]+)(?::([A-Za-z0-9_$-]+))?/;

/** Lambda's own pattern. */
const REFERENCE =
  /^(?:arn:aws[\w-]*:lambda:(?<region>[\w-]*):)?(?:(?<account>\d{12})?:)?(?:function:)?(?<name>[\w-]+)(?::(?<qualifier>\$LATEST|[\w-]+))?$/;

/** Undefined for a text that names no function. */
export function readFunctionReference(reference: string): FunctionReference | undefined {
  const { name, qualifier, region, account } = REFERENCE.exec(reference)?.groups ?? {};
  if (name === undefined) return undefined;
  return {
    name,
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(region === undefined || region === "" ? {} : { region }),
    ...(account === undefined ? {} : { account }),
  };
}

/** `reference` may stand within the URI of an integration. Undefined for a text that names no function. */
export function readInvokedFunction(reference: string): FunctionName | undefined {
  const { name, qualifier } = readFunctionReference(functionArn(reference) ?? reference) ?? {};
  if (name === undefined) return undefined;
  return qualifier === undefined ? { name } : { name, qualifier };
}

/** The function ARN inside an integration URI, or the ARN itself; undefined when it names no function. */
export function functionArn(uri: string): string | undefined {
  return ARN.exec(uri)?.[0];
}

/** Whether a text of a program names the function, by whichever of its names and qualifiers. */
export function isReferenceTo(functionName: string, reference: string | undefined): boolean {
  return reference !== undefined && readFunctionReference(reference)?.name === functionName;
}

/** Of what a program declares: a text that names no function is taken for a name that no function has. */
export function parseFunctionReference(reference: string): FunctionReference {
  return readFunctionReference(reference) ?? { name: reference };
}
