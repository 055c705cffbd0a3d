/** Works out a mapping template. Read by velocityjs, but not run by it: its truth, equality and texts are JavaScript's, not Java's. */
import { calculated } from "./arithmetic.ts";
import { call } from "./methods.ts";
import {
  type Block,
  type Branch,
  type Node,
  nodesOf,
  type Reference,
  type TemplateExpression,
  whereUnread,
} from "./nodes.ts";
import { FunctionObject, isTrue, NotJudged, textOf, type Value } from "./values.ts";

const MOST_ROUNDS = 1000;
/** Of a whole template, which all other requests wait for: loops within loops come to a thousand million. */
const MOST_STEPS = 2_000_000;
/** API Gateway's own limit. */
const MOST_MB = 10;
const MB = 2 ** 20;

class Break extends Error {}

export class Template {
  readonly #nodes: readonly Node[];

  /** Throws `NotJudged` where it cannot be read. */
  constructor(template: string) {
    const directive = /#(stop|evaluate|parse|include)\b/.exec(template)?.[0];
    if (directive) throw new NotJudged(`a template uses ${directive}, which is not worked out here`);
    this.#nodes = read(template);
  }

  /** `variables` by name, without the dollar; it sets more of them. */
  render(variables: Map<string, Value>): string {
    return new Evaluation(variables).all(this.#nodes);
  }
}

class Evaluation {
  readonly #variables: Map<string, Value>;
  readonly #defined = new Map<string, readonly Node[]>();
  readonly #macros = new Map<string, { names: string[]; nodes: readonly Node[] }>();

  #steps = 0;

  constructor(variables: Map<string, Value>) {
    this.#variables = variables;
  }

  all(nodes: readonly (Node | Branch)[]): string {
    let text = "";
    for (const node of nodes) text = joined(text, this.#one(node));
    return text;
  }

  #one(node: Node | Branch): string {
    if (++this.#steps > MOST_STEPS)
      throw new NotJudged(`a template takes more than ${MOST_STEPS.toLocaleString("en")} steps`);
    if (typeof node === "string") return node;
    if (isBlock(node)) return this.#block(node);
    switch (node.type) {
      case "references": {
        const defined = node.path ? undefined : this.#defined.get(node.id);
        return defined ? this.all(defined) : textOf(this.#reference(node));
      }
      case "set":
        this.#set(node.equal[0], this.#value(node.equal[1]));
        return "";
      case "macro_call":
        return this.#macro(node.id, node.args || []);
      case "raw":
        return node.value;
      case "break":
        throw new Break();
      default:
        return "";
    }
  }

  #block([head, ...nodes]: Block): string {
    switch (head.type) {
      case "if":
        return this.#if(head.condition, nodes);
      case "foreach":
        return this.#foreach(head.to, this.#value(head.from), nodes);
      case "define":
        this.#defined.set(head.id, nodes as Node[]);
        return "";
      case "macro":
        this.#macros.set(head.id, {
          names: (head.args || []).map(({ id }) => id),
          nodes: nodes as Node[],
        });
        return "";
      default:
        throw new NotJudged(`a template has a block of ${head.type}, which is not worked out here`);
    }
  }

  #if(condition: TemplateExpression, nodes: readonly (Node | Branch)[]): string {
    let chosen = isTrue(this.#value(condition));
    let isDone = false;
    let text = "";
    for (const node of nodes) {
      if (typeof node === "object" && "type" in node && (node.type === "elseif" || node.type === "else")) {
        isDone ||= chosen;
        chosen = !isDone && (node.type === "else" || isTrue(this.#value(node.condition)));
      } else if (chosen) text = joined(text, this.#one(node));
    }
    return text;
  }

  #foreach(name: string, from: Value, nodes: readonly (Node | Branch)[]): string {
    const items = from instanceof Map ? [...from.values()] : Array.isArray(from) ? [...from] : [];
    const before = { item: this.#variables.get(name) ?? null, loop: this.#variables.get("foreach") ?? null };
    let text = "";
    try {
      for (const [index, item] of items.slice(0, MOST_ROUNDS).entries()) {
        this.#variables.set(name, item);
        this.#variables.set("velocityCount", index + 1);
        this.#variables.set("foreach", loop(index, items.length, before.loop));
        for (const node of nodes) text = joined(text, this.#one(node));
      }
    } catch (error) {
      if (!(error instanceof Break)) throw error;
    }
    this.#variables.set(name, before.item);
    this.#variables.set("foreach", before.loop);
    return text;
  }

  #macro(id: string, given: TemplateExpression[]): string {
    const macro = this.#macros.get(id);
    if (!macro) throw new NotJudged(`a template calls #${id}, which it does not define`);
    const before = macro.names.map((name) => [name, this.#variables.get(name) ?? null] as const);
    const values = given.map((one) => this.#value(one));
    for (const [at, name] of macro.names.entries()) this.#variables.set(name, values[at] ?? null);
    const text = this.all(macro.nodes);
    for (const [name, value] of before) this.#variables.set(name, value);
    return text;
  }

  #reference({ id, path = [] }: Reference): Value {
    return path.reduce<Value>((value, step) => {
      if (step.type === "property") return at(value, step.id);
      if (step.type === "index") return at(value, this.#value(step.id));
      return call(
        value,
        step.id,
        (step.args || []).map((one) => this.#value(one)),
      );
    }, this.#variables.get(id) ?? null);
  }

  /** What cannot be set stays as it is, as in Velocity. */
  #set({ id, path = [] }: Reference, value: Value): void {
    const last = path.at(-1);
    if (!last) {
      this.#variables.set(id, value);
      return;
    }
    if (last.type === "method") throw new NotJudged("a template sets what a call gives");
    const holder = this.#reference({ type: "references", id, path: path.slice(0, -1) });
    const key = last.type === "property" ? last.id : this.#value(last.id);
    if (holder instanceof Map) holder.set(textOf(key), value);
    else if (Array.isArray(holder) && typeof key === "number") holder[key] = value;
  }

  #value(expression: TemplateExpression): Value {
    switch (expression.type) {
      case "references":
        return this.#reference(expression);
      case "string":
        return expression.isEval && /[$#]/.test(expression.value)
          ? this.all(nodesIn(expression))
          : expression.value;
      case "integer":
      case "decimal":
        return Number(expression.value);
      case "bool":
        return expression.value === "null" ? null : expression.value === "true";
      case "array":
        return this.#list(expression.value, expression.isRange === true);
      case "map":
        return new Map(Object.entries(expression.value ?? {}).map(([key, one]) => [key, this.#value(one)]));
      case "math":
        return calculated(expression.operator, expression.expression, (one) => this.#value(one));
      default:
        throw new NotJudged(`a template has an expression that is not worked out here: ${expression.value}`);
    }
  }

  #list(parts: (TemplateExpression | string)[], isRange: boolean): Value[] {
    const values = parts.map((part) => (typeof part === "string" ? Number(part) : this.#value(part)));
    if (!isRange) return values;
    const [from, to] = [Number(values[0]), Number(values[1])];
    const step = from <= to ? 1 : -1;
    return Array.from(
      { length: Math.min(Math.abs(to - from) + 1, MOST_ROUNDS) },
      (_, at) => from + at * step,
    );
  }
}

/** Texts in quotes, read once however often a loop comes by. */
const interpolated = new WeakMap<TemplateExpression, readonly Node[]>();

function nodesIn(text: Extract<TemplateExpression, { type: "string" }>): readonly Node[] {
  const nodes = interpolated.get(text) ?? read(text.value);
  interpolated.set(text, nodes);
  return nodes;
}

function read(template: string): Node[] {
  try {
    return nodesOf(template);
  } catch (error) {
    throw new NotJudged(`a template cannot be read: ${whereUnread(error)}`);
  }
}

function joined(before: string, more: string): string {
  if (before.length + more.length > MOST_MB * MB)
    throw new NotJudged(`a template gives a text of more than ${MOST_MB} MB`);
  return before + more;
}

function isBlock(node: Node | Branch): node is Block {
  return Array.isArray(node);
}

function at(value: Value, key: Value): Value {
  if (value instanceof Map) return value.get(textOf(key)) ?? null;
  if (value instanceof FunctionObject) return value.fields.get(textOf(key)) ?? null;
  return Array.isArray(value) && typeof key === "number" ? (value.at(key) ?? null) : null;
}

function loop(index: number, length: number, parent: Value): Map<string, Value> {
  return new Map<string, Value>([
    ["index", index],
    ["count", index + 1],
    ["hasNext", index + 1 < length],
    ["first", index === 0],
    ["last", index + 1 === length],
    ["parent", parent],
  ]);
}
