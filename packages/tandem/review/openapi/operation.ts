/** What a function says of itself for the API description, as `functions/<subject>/operations.ts` exports it. */
import type { ZodMiniType } from "zod/mini";

export interface Operation {
  /** One line for the API description. */
  summary: string;
  path?: ZodMiniType;
  query?: ZodMiniType;
  body?: ZodMiniType;
  /** Honours `If-Match`. */
  ifMatch?: true;
  /** Honours `Idempotency-Key`. */
  idempotencyKey?: true;
  /** Status → schema of the answer's body, or null where there is none. */
  answers: Record<number, ZodMiniType | null>;
}

/** What such a header may say, as regular expressions: `functions/http/header-patterns.ts` exports it. */
export interface HeaderPatterns {
  ifMatch?: string;
  idempotencyKey?: string;
}
