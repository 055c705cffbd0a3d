/**
 * Answers the functions of providers that a program calls while it runs (`aws.getCallerIdentity()` and the like).
 * What stands in no table is an error that names the token: a made-up answer nobody asked for would be worse.
 */

import { leaveOut } from "../outputs/left-out.ts";
import { accountInvokes } from "./account.ts";
import { atlasInvokes } from "./atlas.ts";
import { awsInvokes } from "./aws.ts";
import type { InvokeAnswer, InvokeAnswers, InvokeContext } from "./invoke-answer.ts";
import { lookUps } from "./look-ups.ts";
import { policyDocumentInvokes } from "./policy-document.ts";

const STANDARD: Record<string, InvokeAnswer> = {
  ...lookUps,
  ...accountInvokes,
  ...awsInvokes,
  ...policyDocumentInvokes,
  ...atlasInvokes,
};

/**
 * @param given answers that go before the standard ones
 * @throws when neither knows an answer
 */
export async function answerInvoke(
  token: string,
  args: Record<string, unknown>,
  context: InvokeContext,
  given: InvokeAnswers,
): Promise<unknown> {
  // A provider repeats in its answer what it was asked.
  const own = pick(given[token], args);
  const asked = own ?? STANDARD[token];
  const answer = typeof asked === "function" ? await asked(args, context) : asked && { ...args, ...asked };
  const { leaveOutFrom } = context;
  if (own === undefined && leaveOutFrom !== undefined && typeof answer === "object" && answer !== null) {
    return leaveOut(answer as Record<string, unknown>, args, leaveOutFrom);
  }
  if (answer !== undefined) return answer;
  throw new Error(
    `the program calls ${token}(${JSON.stringify(args)}), which only a cloud could answer. ` +
      `Answer it in recording.yaml, with what the program reads of it:\n${linesFor(token, args)}`,
  );
}

function pick(
  given: InvokeAnswers[string] | undefined,
  args: Record<string, unknown>,
): InvokeAnswer | Record<string, unknown> | undefined {
  if (!Array.isArray(given)) return given;
  return given.find(({ when }) => holds(args, when))?.answer;
}

/** Lists hold others in whatever order, objects what else they may. */
function holds(value: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return Array.isArray(value) && wanted.every((item) => value.some((candidate) => holds(candidate, item)));
  }
  if (typeof wanted !== "object" || wanted === null) return value === wanted;
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(wanted).every(([key, item]) => holds((value as Record<string, unknown>)[key], item));
}

/** JSON is YAML, so they can be pasted. */
function linesFor(token: string, args: Record<string, unknown>): string {
  const answer =
    Object.keys(args).length === 0
      ? [`    id: …`]
      : [`    - when: ${JSON.stringify(args)}`, "      answer: { id: … }"];
  return ["invokes:", `  ${token}:`, ...answer].join("\n");
}
