/** A report for other programs. */
import { hasChanges, type Report, SCOPE } from "./report.ts";

export function renderJson(report: Report): string {
  return `${JSON.stringify({ scope: SCOPE, changed: hasChanges(report), ...report }, null, 2)}\n`;
}
