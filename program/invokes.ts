/**
 * Answers the functions of providers that a program calls while it runs (`aws.getCallerIdentity()` and the like).
 * What stands in no table is an error that names the token: a made-up answer nobody asked for would be worse.
 */
import { atlasInvokes } from "./invokes/atlas.ts";
import { awsInvokes } from "./invokes/aws.ts";
import { policyDocumentInvokes } from "./invokes/policy-document.ts";

export interface InvokeContext {
  region: string;
  /** States of everything declared so far of one type. */
  declared(type: string): Record<string, unknown>[];
}

export type InvokeAnswer = (args: Record<string, unknown>, context: InvokeContext) => unknown;

/** Token (`aws:index/getRegion:getRegion`) → answer; a plain object is the answer itself. */
export type InvokeAnswers = Record<string, InvokeAnswer | Record<string, unknown>>;

const STANDARD: Record<string, InvokeAnswer> = { ...awsInvokes, ...policyDocumentInvokes, ...atlasInvokes };

/**
 * @param given answers that go before the standard ones
 * @throws when neither knows the token
 */
export async function answerInvoke(
  token: string,
  args: Record<string, unknown>,
  context: InvokeContext,
  given: InvokeAnswers,
): Promise<unknown> {
  const answer = given[token] ?? STANDARD[token];
  if (answer === undefined) {
    throw new Error(
      `the program calls ${token}(${JSON.stringify(args)}), which only a cloud could answer. ` +
        `Answer it in recording.yaml, under invokes: "${token}": { … }`,
    );
  }
  return typeof answer === "function" ? await answer(args, context) : answer;
}
