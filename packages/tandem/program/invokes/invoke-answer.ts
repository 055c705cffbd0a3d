/** What answers a call of a provider's function, and what it gets to see. */

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
