/** Source of a regular expression that takes this text alone. Node has `RegExp.escape` from 24 on, and programs run on 22 too. */
export function literalPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
