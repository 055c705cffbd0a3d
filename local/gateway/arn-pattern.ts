/** ARN patterns as IAM's ArnLike reads them: each of the six parts for itself, `*` any text, `?` one character. */

const PARTS = 6;

export function arnMatches(pattern: string, arn: string): boolean {
  if (pattern === "*") return true;
  const patterns = splitArn(pattern);
  const parts = splitArn(arn);
  return (
    patterns.length === parts.length &&
    patterns.every((part, index) => textMatches(part, parts[index] as string))
  );
}

function splitArn(arn: string): string[] {
  const parts = arn.split(":");
  return parts.length <= PARTS ? parts : [...parts.slice(0, PARTS - 1), parts.slice(PARTS - 1).join(":")];
}

export function textMatches(pattern: string, value: string): boolean {
  // Walks back to the last star at most, so that no pattern takes exponential time.
  let at = 0;
  let patternAt = 0;
  let star = -1;
  let starred = 0;
  while (at < value.length) {
    const expected = pattern[patternAt];
    if (expected === "*") {
      star = patternAt++;
      starred = at;
    } else if (expected === "?" || expected === value[at]) {
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
