/** Names of functions: `name`, `name:alias`, or an ARN with or without a qualifier. */

export interface FunctionReference {
  name: string;
  /** Alias, version or `$LATEST`. */
  qualifier?: string;
}

const ARN = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:/;

export function parseFunctionReference(reference: string): FunctionReference {
  const [name = "", qualifier] = reference.replace(ARN, "").split(":");
  return qualifier ? { name, qualifier } : { name };
}
