/**
 * Answers the functions of providers that a program calls while it runs (`aws.getCallerIdentity()` and the like).
 * What stands in no table is an error that names the token: a made-up answer nobody asked for would be worse.
 */
import { accountInvokes } from "./invokes/account.ts";
import { atlasInvokes } from "./invokes/atlas.ts";
import { awsInvokes } from "./invokes/aws.ts";
import { lookUps } from "./invokes/look-ups.ts";
import { policyDocumentInvokes } from "./invokes/policy-document.ts";
import { leaveOut } from "./outputs/left-out.ts";

export interface InvokeContext {
  region: string;
  /** States of everything declared so far of one type. */
  declared(type: string): Record<string, unknown>[];
  /** Depth from which standard answers lack their parts (outputs/left-out.ts). */
  leaveOutFrom?: number | undefined;
}

/** Undefined where it knows no answer to these arguments. */
export type InvokeAnswer = (args: Record<string, unknown>, context: InvokeContext) => unknown;

/** An answer for some calls only: those whose arguments hold all that stands under `when`. */
export interface Case {
  when: Record<string, unknown>;
  answer: Record<string, unknown>;
}

/** As it stands in recording.yaml: one answer to every call, or one a case. */
export type GivenAnswer = Record<string, unknown> | Case[];

/** Token (`aws:index/getRegion:getRegion`) → answer. */
export type InvokeAnswers = Record<string, InvokeAnswer | GivenAnswer>;

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
