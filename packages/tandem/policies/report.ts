/** A verdict in words: what is wrong with which resource, and what to do. */
import type { Verdict, Violation } from "./check.ts";

/** `lambda/tracing (CKV_AWS_50): hello: tracing mode is "PassThrough". Set …` */
export function violationLine({ rule, standards, resource, message, remedy }: Violation): string {
  const known = standards.length > 0 ? ` (${standards.join(", ")})` : "";
  return `${rule}${known}: ${resource}: ${message}. ${remedy}`;
}

export function reportOf(
  stack: string,
  { rules, violations, waived, unjudged, waiverMistakes }: Verdict,
): string {
  const lines = [
    ...violations.map((violation) => `✗ ${violationLine(violation)}`),
    ...waiverMistakes.map((mistake) => `✗ ${mistake}`),
    ...(unjudged.length > 0 ? [`- no rule knows: ${unjudged.map(counted).join(", ")}`] : []),
    ...waived.map(({ rule, resource, reason }) => `- ${rule}: ${resource}: waived. ${reason}`),
  ];
  const wrong = violations.length + waiverMistakes.length;
  const summary = wrong === 0 ? `${stack}: ${rules} rules kept` : `${stack}: ${wrong} to mend`;
  return [...lines, waived.length > 0 ? `${summary}, ${waived.length} waived` : summary].join("\n");
}

function counted({ type, count }: Verdict["unjudged"][number]): string {
  return count === 1 ? type : `${type} (${count})`;
}
