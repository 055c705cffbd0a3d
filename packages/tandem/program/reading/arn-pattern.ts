/**
 * Patterns of policies, `*` any text and `?` one character. IAM has two ways to match ARNs: `Resource` lets a `*` that ends
 * a part run over the colons behind it; `ArnLike` and `ArnEquals` match each of the six parts for itself.
 */

const PARTS = 6;

/** As `ArnLike` reads a pattern. */
export function arnMatches(pattern: string, arn: string): boolean {
  if (pattern === "*") return true;
  const patterns = splitArn(pattern);
  const parts = splitArn(arn);
  return (
    patterns.length === parts.length &&
    patterns.every((part, index) => textMatches(part, parts[index] as string))
  );
}

/** As `Resource` and `NotResource` read a pattern. */
export function resourceMatches(pattern: string, arn: string): boolean {
  return matchesOverColons(pattern, arn, textMatches);
}

/** Whether every ARN that `other` matches, with its own wildcards, is matched by the pattern as well. */
export function resourceCovers(pattern: string, other: string): boolean {
  return (
    pattern === other ||
    matchesOverColons(pattern, other.startsWith("arn:") ? whole(other) : other, textCovers)
  );
}

export function textMatches(pattern: string, value: string): boolean {
  return walk(pattern, value, false);
}

/** The same of texts: whether every text that `other` matches is matched by the pattern. */
export function textCovers(pattern: string, other: string): boolean {
  return walk(pattern, other, true);
}

/** A text as a pattern that means this text alone: what a policy variable stands for is no wildcard. */
export function literal(text: string): string {
  return text.replaceAll("*", PLAIN_STAR).replaceAll("?", PLAIN_MARK);
}

/** Characters of Unicode's private area, which no policy contains. */
const PLAIN_STAR = "\uE000";
const PLAIN_MARK = "\uE001";

type Match = (pattern: string, value: string) => boolean;

function matchesOverColons(pattern: string, value: string, match: Match): boolean {
  if (pattern === "*" || !pattern.startsWith("arn:")) return match(pattern, value);
  const completed = whole(pattern);
  const patterns = splitArn(completed);
  // A wildcard inside a part stays in it; without one the text may be matched as a whole, which is faster.
  if (!patterns.slice(0, -1).some((part) => /[*?]./.test(part) || part.endsWith("?")))
    return match(completed, value);
  return partsMatch(patterns, value.split(":"), match);
}

/** Parts that lack at the end stand for any, as AWS completes them: `arn:aws:sqs` is `arn:aws:sqs:*:*:*`. */
function whole(arn: string): string {
  const parts = splitArn(arn);
  return [...parts, ...Array<string>(PARTS - parts.length).fill("*")].join(":");
}

/** What lies behind is tried first, and once: it is the same for all texts that a part may run over. */
function partsMatch(patterns: readonly string[], parts: readonly string[], match: Match): boolean {
  const tried = new Map<number, boolean>();
  const from = (pattern: number, part: number): boolean => {
    const key = pattern * parts.length + part;
    const known = tried.get(key);
    if (known !== undefined) return known;
    const matches = findEnd(pattern, part);
    tried.set(key, matches);
    return matches;
  };
  const findEnd = (pattern: number, part: number): boolean => {
    const here = patterns[pattern] as string;
    if (pattern === patterns.length - 1)
      return part < parts.length && match(here, parts.slice(part).join(":"));
    const most = here.endsWith("*") ? parts.length - 1 : Math.min(part + 1, parts.length - 1);
    for (let end = part + 1; end <= most; end++) {
      if (from(pattern + 1, end) && match(here, parts.slice(part, end).join(":"))) return true;
    }
    return false;
  };
  return from(0, 0);
}

function splitArn(arn: string): string[] {
  const parts = arn.split(":");
  return parts.length <= PARTS ? parts : [...parts.slice(0, PARTS - 1), parts.slice(PARTS - 1).join(":")];
}

/** Walks back to the last star at most, so that no pattern takes exponential time. */
function walk(pattern: string, value: string, valueIsPattern: boolean): boolean {
  let at = 0;
  let patternAt = 0;
  let star = -1;
  let starred = 0;
  while (at < value.length) {
    const expected = pattern[patternAt];
    if (expected === "*") {
      star = patternAt++;
      starred = at;
    } else if (isOne(expected, value[at], valueIsPattern)) {
      patternAt++;
      at++;
    } else if (star >= 0) {
      patternAt = star + 1;
      at = ++starred;
    } else {
      return false;
    }
  }
  while (pattern[patternAt] === "*") patternAt++;
  return patternAt === pattern.length;
}

function isOne(expected: string | undefined, actual: string | undefined, valueIsPattern: boolean): boolean {
  if (expected === "?") return !valueIsPattern || actual !== "*";
  if (expected === PLAIN_STAR) return actual === "*";
  if (expected === PLAIN_MARK) return actual === "?";
  return expected === actual;
}
