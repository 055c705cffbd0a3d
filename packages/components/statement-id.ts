import { createHash } from "node:crypto";

/** Longest that Lambda takes, less the digest and a dash. */
const READABLE_LENGTH = 100 - 9;

/**
 * Id of a statement in a function's policy: letters, digits, dashes and underscores. Without one the provider makes one up
 * each time, and a deployment that was killed and goes on would give the same permission twice.
 */
export function statementId(logicalName: string): string {
  const readable = logicalName
    .replace(/[^\w-]+/g, "-")
    .slice(0, READABLE_LENGTH)
    .replace(/-+$/, "");
  const digest = createHash("sha256").update(logicalName).digest("hex").slice(0, 8);
  return `${readable}-${digest}`;
}
