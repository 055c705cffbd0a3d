/** Entity tags are versions in quotes: `"3"`. What `If-Match` asks for, as versions again. */
import { invalidInput } from "./http-error.ts";
import type { Precondition } from "./operation.ts";

export const entityTag = (version: number) => `"${version}"`;

const TAG_LIST = /^\s*(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*\s*$/;
/** More tags than any caller holds of one thing; keeps the store's condition short. */
const MAX_TAGS = 20;

/** For the API description: every value that fits is accepted. A header holds visible ASCII. */
export const IF_MATCH_PATTERN = String.raw`^(\*|(W/)?"[!#-+\--~]*"( *, *(W/)?"[!#-+\--~]*"){0,${MAX_TAGS - 1}})$`;

export function readIfMatch(header: string | undefined): Precondition | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === "*") return "*";
  const tags = TAG_LIST.test(header) ? header.split(",").map((tag) => tag.trim()) : [];
  if (tags.length === 0 || tags.length > MAX_TAGS) {
    const message = `Must be * or 1 to ${MAX_TAGS} entity tags in quotes`;
    throw invalidInput([{ in: "header", field: "if-match", message }]);
  }
  // A weak tag, or one this API never gave out, matches nothing; it is not a mistake in the request.
  return tags.flatMap((tag) => (/^"\d{1,15}"$/.test(tag) ? [Number(tag.slice(1, -1))] : []));
}
