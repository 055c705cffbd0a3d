/** What the stack files of the template say until somebody writes down his own (decision 018), and what a practice puts there. */
export const placeholders: { pattern: RegExp; standIn: string }[] = [
  // Id of an Atlas organisation.
  { pattern: /^0{24}$/, standIn: "5f0123456789abcdef012345" },
  // Domains kept for examples (RFC 2606).
  { pattern: /(?<=^|[@./:])example\.(com|org|net)\b/, standIn: "rehearsal.test" },
  // The repository of the template.
  { pattern: /^example(?=\/\w+)/, standIn: "rehearsal" },
];

export function isPlaceholder(value: string): boolean {
  return placeholders.some(({ pattern }) => pattern.test(value));
}

/** The value, or where it is a placeholder something of the same form that is none. */
export function withStandIn(value: string): string {
  return placeholders.reduce((text, { pattern, standIn }) => text.replace(pattern, standIn), value);
}
