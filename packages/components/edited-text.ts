/** Small changes to a text that a source map speaks of, and the same changes in the map: columns move, lines stay. */

export interface Edit {
  /** Offset in the text before any change. */
  at: number;
  /** Characters that go; no end of a line is among them. */
  removed: number;
  added: string;
}

/** @param edits in the order of their places */
export function edited(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { at, removed, added } of edits) {
    parts.push(text.slice(from, at), added);
    from = at + removed;
  }
  return parts.join("") + text.slice(from);
}

/**
 * @param map JSON of the text's source map
 * @param edits in the order of their places
 */
export function movedMap(map: string, text: string, edits: readonly Edit[]): string {
  const parsed = JSON.parse(map) as { mappings: string };
  const rest = [...edits];
  let start = 0;
  const mappings = parsed.mappings.split(";").map((line) => {
    const end = endOfLine(text, start);
    const here = rest.splice(0, countBefore(rest, end));
    const moved = here.length === 0 ? line : movedLine(line, here, start);
    start = end + 1;
    return moved;
  });
  return JSON.stringify({ ...parsed, mappings: mappings.join(";") });
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end === -1 ? text.length : end;
}

function countBefore(edits: readonly Edit[], end: number): number {
  const next = edits.findIndex(({ at }) => at > end);
  return next === -1 ? edits.length : next;
}

/** A segment begins with its column in the text, counted from the segment before it; what follows says where that is from. */
function movedLine(line: string, edits: readonly Edit[], start: number): string {
  let [column, movedTo, shift, next] = [0, 0, 0, 0];
  return line
    .split(",")
    .map((segment) => {
      const { value, length } = decoded(segment);
      column += value;
      for (let edit = edits[next]; edit && start + column >= edit.at + edit.removed; edit = edits[++next])
        shift += edit.added.length - edit.removed;
      const edit = edits[next];
      // What goes ends where it began.
      const kept = edit ? Math.min(column, edit.at - start) : column;
      const distance = kept + shift - movedTo;
      movedTo += distance;
      return encoded(distance) + segment.slice(length);
    })
    .join(",");
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** A digit holds five bits, the lowest first, and whether another one follows; of the number, the lowest bit is the sign. */
const BITS = 5;
const MORE = 1 << BITS;

function decoded(segment: string): { value: number; length: number } {
  let [bits, length, more] = [0, 0, true];
  while (more) {
    const digit = DIGITS.indexOf(segment.charAt(length));
    bits += (digit & (MORE - 1)) << (BITS * length);
    more = (digit & MORE) !== 0;
    length++;
  }
  return { value: bits & 1 ? -(bits >> 1) : bits >> 1, length };
}

function encoded(value: number): string {
  let bits = value < 0 ? (-value << 1) | 1 : value << 1;
  let digits = "";
  do {
    const rest = bits >> BITS;
    digits += DIGITS.charAt((bits & (MORE - 1)) | (rest > 0 ? MORE : 0));
    bits = rest;
  } while (bits > 0);
  return digits;
}
