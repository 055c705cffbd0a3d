/**
 * What an HTTP function accepts and answers, as data: `serve` holds requests to it and the API description is made
 * of it, so the two cannot disagree. Method and path are not here: the program declares them once.
 */
import type { output, ZodMiniType } from "zod/mini";

export interface Operation {
  /** One line for the API description. */
  summary: string;
  path?: ZodMiniType;
  query?: ZodMiniType;
  body?: ZodMiniType;
  /** Honours `If-Match`: the work runs only on the version the caller has seen. */
  ifMatch?: true;
  /** Honours `Idempotency-Key`: the same key gives the same answer. */
  idempotencyKey?: true;
  /** Status → schema of the answer's body, or null where there is none. */
  answers: Record<number, ZodMiniType | null>;
}

type Parsed<S> = S extends ZodMiniType ? output<S> : undefined;

/** What the work of an operation is given: every part is checked and typed by the operation's schemas. */
export interface Input<O extends Operation> {
  path: Parsed<O["path"]>;
  query: Parsed<O["query"]>;
  body: Parsed<O["body"]>;
  /** What `If-Match` asks for; undefined when the caller accepts any version. */
  ifMatch: O["ifMatch"] extends true ? Precondition | undefined : undefined;
  idempotencyKey: O["idempotencyKey"] extends true ? string | undefined : undefined;
}

/** Any existing version, or one of these. */
export type Precondition = "*" | number[];
