/** The ways a program names a function: by name, by ARN with or without qualifier, by the URI of an integration. */

export interface FunctionName {
  name: string;
  /** Alias or version. */
  qualifier?: string;
}

const ARN = /arn:aws[a-z-]*:lambda:[a-z0-9-]*:[0-9]*:function:([A-Za-z0-9_-]+)(?::([A-Za-z0-9_$-]+))?/;
const NAME = /^([A-Za-z0-9_-]+)(?::([A-Za-z0-9_$-]+))?$/;

export function parseFunctionName(text: string): FunctionName | undefined {
  const match = ARN.exec(text) ?? NAME.exec(text);
  if (!match?.[1]) return undefined;
  return match[2] === undefined ? { name: match[1] } : { name: match[1], qualifier: match[2] };
}

/** The function ARN inside an integration URI, or the ARN itself; undefined when it names no function. */
export function functionArn(uri: string): string | undefined {
  return ARN.exec(uri)?.[0];
}
