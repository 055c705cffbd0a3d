/** Schemas that more than one subject uses. */
import * as z from "zod/mini";
import { CURSOR, NOT_ACURSOR } from "./cursor.ts";

const MUST_BE_TEXT = "Must be Unicode text without NUL";
/** As a pattern, so that it stands in the API description too. Half a pair is in none: few readers of patterns can read it. */
const WITHOUT_NUL = "^[^\\u0000]*$";

/** Text that every store keeps as it is: no NUL, and no half of a surrogate pair, which has no UTF-8. */
export const text = (minLength: number, maxLength: number) =>
  z.string().check(
    z.minLength(minLength),
    z.maxLength(maxLength),
    z.regex(new RegExp(WITHOUT_NUL), { error: MUST_BE_TEXT, abort: true }),
    z.refine((value) => value.isWellFormed(), MUST_BE_TEXT),
  );

const limit = z.pipe(
  z.string().check(z.regex(/^\d{1,3}$/, "Must be a whole number from 1 to 100")),
  z.pipe(z.transform(Number), z.int().check(z.gte(1), z.lte(100))),
);

/** Query of a listing: how many items at most, and where to go on. */
export const page = {
  limit: z._default(limit, 20),
  cursor: z.optional(z.string().check(z.regex(CURSOR, NOT_ACURSOR))),
};

export const pageOf = <T extends z.ZodMiniType>(item: T) =>
  z.object({ items: z.array(item), next: z.optional(z.string()) });
