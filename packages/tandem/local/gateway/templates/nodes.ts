/** A template as velocityjs reads it. The library's own types leave most of it open. */
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
  | { type: "map"; value: Record<string, TemplateExpression> }
  | { type: "math"; operator: string; expression: TemplateExpression[] }
  | { type: "runt"; value: string };

/** Throws where it is no template. */
export function nodesOf(template: string): Node[] {
  return parse(template) as unknown as Node[];
}
