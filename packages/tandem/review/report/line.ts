/** A line of a report: prose of this program's own, and words of the reviewed program, which no format may interpret. */

export type Line = readonly (string | { code: string } | { strong: string })[];

/** What stands in the template is prose, what is put into it is quoted as code. */
export function line(prose: TemplateStringsArray, ...codes: (string | number | Line)[]): Line {
  return prose.flatMap((text, index) => {
    const code = codes[index];
    if (code === undefined) return [text];
    return [text, ...(typeof code === "object" ? code : [{ code: String(code) }])];
  });
}

/** Longer texts are cut: a report is read, not run. */
const LONGEST = 240;

export function plainLine(parts: Line): string {
  return parts
    .map((part) => (typeof part === "string" ? part : "code" in part ? shortened(part.code) : part.strong))
    .join("");
}

export function shortened(text: string, longest = LONGEST): string {
  const oneLine = text.replace(/\s*\n\s*/g, " ");
  return oneLine.length <= longest ? oneLine : `${oneLine.slice(0, longest)}… (${oneLine.length} characters)`;
}

export function markdownLine(parts: Line): string {
  return parts
    .map((part) => {
      if (typeof part === "string") return escapeProse(part);
      return "code" in part ? codeSpan(part.code) : `**${escapeProse(part.strong)}**`;
    })
    .join("");
}

/** A span that ends only where it should: fenced with more backticks than stand in a row within it. */
function codeSpan(text: string): string {
  const content = shortened(text).toWellFormed();
  if (content.trim() === "") return "`(empty)`";
  const longestRow = Math.max(0, ...(content.match(/`+/g) ?? []).map((row) => row.length));
  const fence = "`".repeat(longestRow + 1);
  return longestRow === 0 ? fence + content + fence : `${fence} ${content} ${fence}`;
}

/** No mark-up, no mention of anybody, no link comes out of a text. */
export function escapeProse(text: string): string {
  return text
    .replace(/\s*\n\s*/g, " ")
    .replace(/[\\`*_{}[\]<>#|~]/g, "\\$&")
    .replace(/@/g, "@\u200b")
    .replace(/:\/\//g, ":\u200b//");
}
