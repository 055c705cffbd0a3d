/** Metric math: the expressions of dashboards and alarms, read into a tree. What is not computed here is refused by name. */

export type Expression =
  | { kind: "number"; value: number }
  | { kind: "text"; value: string }
  | { kind: "name"; name: string }
  | { kind: "list"; items: Expression[] }
  | { kind: "call"; name: string; arguments: Expression[] }
  | { kind: "unary"; operator: "-" | "!"; of: Expression }
  | { kind: "binary"; operator: Operator; left: Expression; right: Expression };

export type Operator = "+" | "-" | "*" | "/" | "^" | "<" | "<=" | ">" | ">=" | "==" | "!=" | "AND" | "OR";

/** A person reads it: what of the expression is not understood. */
export class ExpressionError extends Error {}

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(<=|>=|==|!=|&&|\|\||[-+*/^<>!()[\],]))/y;

type Token = { kind: "number" | "name" | "text"; text: string } | { kind: "sign"; text: string };

/** From what binds least to what binds most. */
const LEVELS: readonly (readonly string[])[] = [
  ["OR", "||"],
  ["AND", "&&"],
  ["==", "!=", "<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/"],
];

export function parseExpression(source: string): Expression {
  const tokens = tokensOf(source);
  let at = 0;
  const fail = (): never => {
    const token = tokens[at];
    throw new ExpressionError(
      `${JSON.stringify(source)} is not understood ${token ? `at ${JSON.stringify(token.text)}` : "at its end"}`,
    );
  };
  const isSign = (text: string) => tokens[at]?.kind !== "text" && tokens[at]?.text === text;
  const take = (text: string) => {
    if (!isSign(text)) return false;
    at++;
    return true;
  };
  const listUntil = (end: string): Expression[] => {
    const items: Expression[] = [];
    if (take(end)) return items;
    do items.push(level(0));
    while (take(","));
    if (!take(end)) fail();
    return items;
  };
  const primary = (): Expression => {
    const token = tokens[at] ?? fail();
    at++;
    if (token.kind === "number") return { kind: "number", value: Number(token.text) };
    if (token.kind === "text") return { kind: "text", value: token.text };
    if (token.kind === "name") {
      return take("(")
        ? { kind: "call", name: token.text.toUpperCase(), arguments: listUntil(")") }
        : { kind: "name", name: token.text };
    }
    if (token.text === "[") return { kind: "list", items: listUntil("]") };
    if (token.text !== "(") {
      at--;
      fail();
    }
    const inner = level(0);
    if (!take(")")) fail();
    return inner;
  };
  const unary = (): Expression => {
    if (take("-")) return { kind: "unary", operator: "-", of: unary() };
    if (take("!")) return { kind: "unary", operator: "!", of: unary() };
    const base = primary();
    return take("^") ? { kind: "binary", operator: "^", left: base, right: unary() } : base;
  };
  const level = (index: number): Expression => {
    const operators = LEVELS[index];
    if (!operators) return unary();
    let left = level(index + 1);
    for (;;) {
      const found = operators.find(isSign);
      if (found === undefined) return left;
      at++;
      const operator = (found === "&&" ? "AND" : found === "||" ? "OR" : found) as Operator;
      left = { kind: "binary", operator, left, right: level(index + 1) };
    }
  };
  const whole = level(0);
  return at < tokens.length ? fail() : whole;
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (source.slice(TOKEN.lastIndex).trim() !== "") {
    const from = TOKEN.lastIndex;
    const [, number, name, single, double, sign] = TOKEN.exec(source) ?? [];
    const text = single ?? double;
    if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (name !== undefined) tokens.push({ kind: /^(AND|OR)$/.test(name) ? "sign" : "name", text: name });
    else if (text !== undefined) tokens.push({ kind: "text", text: text.replaceAll(/\\(.)/g, "$1") });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
    else
      throw new ExpressionError(
        `${JSON.stringify(source)} is not understood at ${JSON.stringify(source.slice(from).trim().slice(0, 20))}`,
      );
  }
  return tokens;
}
