/** A template as velocityjs reads it. The library's own types leave most of it open. */
import { isDeepStrictEqual } from "node:util";
import { parse } from "velocityjs";

export type Node =
  | string
  | Reference
  | Block
  | { type: "set"; equal: [Reference, TemplateExpression] }
  | { type: "macro_call"; id: string; args?: TemplateExpression[] | false }
  | { type: "raw"; value: string }
  | { type: "comment" | "break" };

export interface Reference {
  type: "references";
  id: string;
  path?: Step[];
  args?: TemplateExpression[] | false;
}

export type Step =
  | { type: "property"; id: string }
  | { type: "index"; id: TemplateExpression }
  | { type: "method"; id: string; args: TemplateExpression[] | false };

/** Its head, then what it holds; `elseif` and `else` stand among that. */
export type Block = [Head, ...(Node | Branch)[]];

export type Branch = { type: "elseif"; condition: TemplateExpression } | { type: "else" };

export type Head =
  | { type: "if"; condition: TemplateExpression }
  | { type: "foreach"; to: string; from: TemplateExpression }
  | { type: "define"; id: string }
  | { type: "macro"; id: string; args?: { id: string }[] | false }
  | { type: "noescape" | "macro_body" };

export type TemplateExpression =
  | Reference
  | { type: "string"; value: string; isEval?: boolean }
  | { type: "integer" | "decimal"; value: string | number }
  | { type: "bool"; value: "true" | "false" | "null" }
  | { type: "array"; value: (TemplateExpression | string)[]; isRange?: boolean }
  | { type: "map"; value?: Record<string, TemplateExpression> }
  | { type: "math"; operator: string; expression: TemplateExpression[] }
  | { type: "runt"; value: string };

/** Throws where it is no template. */
export function nodesOf(template: string): Node[] {
  const nodes = parse(template) as unknown as Node[];
  if (isLeftOpen(template, nodes)) throw new Error("a block has no #end");
  return nodes;
}

/** What is no part of the language: comments, and what is to be written as it stands. */
const LITERAL = /##.*|#\*[\s\S]*?\*#|#\[\[[\s\S]*?\]\]#/g;
const OPENS = /#\{?(?:if|foreach|define|macro)\b|#@/g;
const ENDS = /#\{?end\b/g;

/** The library takes what stands in a block without an end for a block, and writes it once more behind that. */
function isLeftOpen(template: string, nodes: readonly Node[]): boolean {
  const code = template.replaceAll(LITERAL, "");
  if ([...code.matchAll(OPENS)].length <= [...code.matchAll(ENDS)].length) return false;
  return nodes.some((node, at) => {
    if (!Array.isArray(node)) return false;
    const [, ...within] = node;
    return isDeepStrictEqual(within, nodes.slice(at + 1));
  });
}

/** Where reading ended; nothing of the template itself, which may hold secrets. */
export function whereUnread(error: unknown): string {
  const { hash, message } = error as {
    hash?: { loc?: { last_line: number; last_column: number } };
    message: string;
  };
  if (hash?.loc) return `line ${hash.loc.last_line}, about column ${hash.loc.last_column}`;
  return message.startsWith("Parse error") ? (message.split("\n")[0] ?? "") : message;
}
