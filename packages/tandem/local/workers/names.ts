/** References to functions, the one reading of them: a name, part of an ARN or all of it, each with or without a qualifier. */

export interface FunctionReference {
  name: string;
  /** Alias, version or `$LATEST`. */
  qualifier?: string;
  /** Where the reference says them. */
  region?: string;
  account?: string;
}

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

/** Of what a program declares: a text that names no function is taken for a name that no function has. */
export function parseFunctionReference(reference: string): FunctionReference {
  return readFunctionReference(reference) ?? { name: reference };
}
