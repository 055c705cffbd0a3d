/** Of more than these the number is said. */
const MOST_NAMED = 3;

/** Names for a sentence. @param what is counted where there are more, as `folders` */
export function named(names: readonly string[], what = ""): string {
  const first = names.slice(0, MOST_NAMED).join(", ");
  const more = names.length - MOST_NAMED;
  return more > 0 ? `${first} and ${more} more${what && ` ${what}`}` : first;
}
