/** PartiQL as DynamoDB takes it: SELECT, INSERT, UPDATE, DELETE and EXISTS of one table. What else a statement says is refused by name. */
import type { JsonObject } from "../../../shared/json.ts";
import { notWellFormed, type Token, tokensOf } from "./tokens.ts";

export interface Path {
  kind: "path";
  /** A number is the place in a list. */
  parts: [string, ...(string | number)[]];
}

export type Operand =
  | Path
  | { kind: "value"; value: JsonObject }
  | { kind: "call"; name: string; args: Operand[] }
  | { kind: "sum"; sign: string; left: Operand; right: Operand };

export type Condition =
  | { kind: "and" | "or"; parts: Condition[] }
  | { kind: "not"; of: Condition }
  | { kind: "compare"; operator: string; left: Operand; right: Operand }
  | { kind: "between"; of: Operand; from: Operand; to: Operand }
  | { kind: "in"; of: Operand; values: Operand[] }
  | { kind: "is"; what: string; of: Operand }
  | { kind: "call"; name: string; args: Operand[] };

export interface Select {
  kind: "select" | "exists";
  /** Without any, whole items. */
  projection: Path[];
  table: string;
  index?: string;
  where?: Condition;
  order?: { by: string; isDescending: boolean };
}

export interface Write {
  kind: "insert" | "update" | "delete";
  table: string;
  /** Of an INSERT. */
  item: JsonObject;
  sets: { path: Path; value: Operand }[];
  removes: Path[];
  where?: Condition;
  /** As an operation's `ReturnValues`. */
  returning?: string;
}

export type Statement = Select | Write;

/** Of conditions. Their arguments are the store's business. */
const CONDITIONS = ["begins_with", "contains", "attribute_type", "attribute_exists", "attribute_not_exists"];
/** Of values. */
const FUNCTIONS = ["size", "list_append", "if_not_exists", "set_add", "set_delete"];
const COMPARISONS = ["=", "<>", "!=", "<", "<=", ">", ">="];

export function parseStatement(statement: string, parameters: readonly JsonObject[] = []): Statement {
  return new Parser(tokensOf(statement), parameters).statement();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #parameters: readonly JsonObject[];
  #at = 0;
  #used = 0;

  constructor(tokens: readonly Token[], parameters: readonly JsonObject[]) {
    this.#tokens = tokens;
    this.#parameters = parameters;
  }

  statement(): Statement {
    const statement = this.#kind();
    if (this.#at < this.#tokens.length) throw this.#unexpected();
    if (this.#used !== this.#parameters.length)
      throw notWellFormed("Number of parameters in request and statement don't match.");
    return statement;
  }

  #kind(): Statement {
    if (this.#takes("EXISTS")) {
      this.#expect("(");
      this.#expect("SELECT");
      const select: Select = { ...this.#select(), kind: "exists" };
      this.#expect(")");
      return select;
    }
    if (this.#takes("SELECT")) return this.#select();
    if (this.#takes("INSERT")) return this.#insert();
    if (this.#takes("UPDATE")) return this.#update();
    if (this.#takes("DELETE")) return this.#delete();
    throw this.#unexpected();
  }

  #select(): Select {
    const projection = this.#takes("*") ? [] : this.#list(() => this.#path());
    this.#expect("FROM");
    const table = this.#name();
    const index = this.#takes(".") ? this.#name() : undefined;
    const where = this.#where();
    const order = this.#takes("ORDER") ? this.#order() : undefined;
    return {
      kind: "select",
      projection,
      table,
      ...(index === undefined ? {} : { index }),
      ...(where ? { where } : {}),
      ...(order ? { order } : {}),
    };
  }

  #order(): { by: string; isDescending: boolean } {
    this.#expect("BY");
    const by = this.#name();
    const isDescending = this.#takes("DESC");
    if (!isDescending) this.#takes("ASC");
    return { by, isDescending };
  }

  #insert(): Write {
    this.#expect("INTO");
    const table = this.#name();
    this.#expect("VALUE");
    const value = this.#operand();
    const item = value.kind === "value" ? value.value.M : undefined;
    if (!item) throw notWellFormed("VALUE must be a tuple");
    return { kind: "insert", table, item: item as JsonObject, sets: [], removes: [] };
  }

  #update(): Write {
    const table = this.#name();
    const sets: Write["sets"] = [];
    const removes: Path[] = [];
    for (;;) {
      if (this.#takes("SET")) {
        sets.push(
          ...this.#list(() => {
            const path = this.#path();
            this.#expect("=");
            return { path, value: this.#sum() };
          }),
        );
      } else if (this.#takes("REMOVE")) removes.push(...this.#list(() => this.#path()));
      else break;
    }
    if (sets.length + removes.length === 0) throw this.#unexpected();
    return { kind: "update", table, item: {}, sets, removes, ...this.#ending() };
  }

  #delete(): Write {
    this.#expect("FROM");
    return { kind: "delete", table: this.#name(), item: {}, sets: [], removes: [], ...this.#ending() };
  }

  #ending(): Pick<Write, "where" | "returning"> {
    const where = this.#where();
    const returning = this.#takes("RETURNING") ? this.#returning() : undefined;
    return { ...(where ? { where } : {}), ...(returning === undefined ? {} : { returning }) };
  }

  #returning(): string {
    const what = this.#takes("ALL") ? "ALL" : "UPDATED";
    if (what === "UPDATED") this.#expect("MODIFIED");
    const which = this.#takes("OLD") ? "OLD" : "NEW";
    if (which === "NEW") this.#expect("NEW");
    this.#expect("*");
    return `${what}_${which}`;
  }

  #where(): Condition | undefined {
    return this.#takes("WHERE") ? this.#or() : undefined;
  }

  #or(): Condition {
    return this.#joined("or", "OR", () => this.#joined("and", "AND", () => this.#not()));
  }

  #joined(kind: "and" | "or", word: string, next: () => Condition): Condition {
    const first = next();
    const parts = [first];
    while (this.#takes(word)) parts.push(next());
    return parts.length === 1 ? first : { kind, parts };
  }

  #not(): Condition {
    if (this.#takes("NOT")) return { kind: "not", of: this.#not() };
    if (!this.#takes("(")) return this.#condition();
    const inner = this.#or();
    this.#expect(")");
    return inner;
  }

  #condition(): Condition {
    const left = this.#operand();
    if (left.kind === "call" && CONDITIONS.includes(left.name)) return left;
    if (this.#takes("IS")) {
      const isNot = this.#takes("NOT");
      const what = this.#takes("MISSING") ? "MISSING" : "NULL";
      if (what === "NULL") this.#expect("NULL");
      const is: Condition = { kind: "is", what, of: left };
      return isNot ? { kind: "not", of: is } : is;
    }
    const isNot = this.#takes("NOT");
    const found = this.#betweenOrIn(left) ?? (isNot ? undefined : this.#comparison(left));
    if (!found) throw this.#unexpected();
    return isNot ? { kind: "not", of: found } : found;
  }

  #betweenOrIn(of: Operand): Condition | undefined {
    if (this.#takes("BETWEEN")) {
      const from = this.#operand();
      this.#expect("AND");
      return { kind: "between", of, from, to: this.#operand() };
    }
    if (!this.#takes("IN")) return undefined;
    const end = this.#takes("(") ? ")" : "]";
    if (end === "]") this.#expect("[");
    const values = this.#list(() => this.#operand());
    this.#expect(end);
    return { kind: "in", of, values };
  }

  #comparison(left: Operand): Condition | undefined {
    const operator = this.#peek()?.text ?? "";
    if (this.#peek()?.kind !== "sign" || !COMPARISONS.includes(operator)) return undefined;
    this.#at++;
    return { kind: "compare", operator: operator === "!=" ? "<>" : operator, left, right: this.#operand() };
  }

  #sum(): Operand {
    let left = this.#operand();
    for (const sign of ["+", "-"])
      while (this.#takes(sign)) left = { kind: "sum", sign, left, right: this.#operand() };
    return left;
  }

  #operand(): Operand {
    const token = this.#next();
    const { kind, text } = token;
    if (kind === "text") return { kind: "value", value: { S: text } };
    if (kind === "number") return { kind: "value", value: { N: text } };
    if (kind === "sign") return { kind: "value", value: this.#signed(text) };
    const word = text.toLowerCase();
    if (kind === "word" && (word === "true" || word === "false"))
      return { kind: "value", value: { BOOL: word === "true" } };
    if (kind === "word" && word === "null") return { kind: "value", value: { NULL: true } };
    if (kind === "word" && this.#takes("(")) {
      if (![...CONDITIONS, ...FUNCTIONS].includes(word))
        throw notWellFormed(`the function ${text} is not known`);
      const args = this.#list(() => this.#operand());
      this.#expect(")");
      return { kind: "call", name: word, args };
    }
    this.#at--;
    return this.#path();
  }

  /** A value that begins with a sign. */
  #signed(sign: string): JsonObject {
    if (sign === "?") {
      const parameter = this.#parameters[this.#used++];
      if (!parameter) throw notWellFormed("Number of parameters in request and statement don't match.");
      return parameter;
    }
    if (sign === "-") {
      const { kind, text } = this.#next();
      if (kind === "number") return { N: `-${text}` };
    }
    if (sign === "[") return { L: this.#takes("]") ? [] : this.#closed("]", () => this.#value()) };
    if (sign === "{") {
      const entries = this.#takes("}") ? [] : this.#closed("}", () => this.#entry());
      return { M: Object.fromEntries(entries) };
    }
    if (sign === "<<") return setOf(this.#closed(">>", () => this.#value()));
    this.#at--;
    throw this.#unexpected();
  }

  #entry(): [string, JsonObject] {
    const { kind, text } = this.#next();
    if (kind !== "text") throw notWellFormed(`a key of a tuple is a text in single quotes, not ${text}`);
    this.#expect(":");
    return [text, this.#value()];
  }

  #value(): JsonObject {
    const value = this.#operand();
    if (value.kind !== "value") throw notWellFormed("a value is wanted within a list, a set or a tuple");
    return value.value;
  }

  #closed<T>(end: string, next: () => T): T[] {
    const found = this.#list(next);
    this.#expect(end);
    return found;
  }

  #path(): Path {
    const parts: Path["parts"] = [this.#name()];
    for (;;) {
      if (this.#takes(".")) parts.push(this.#name());
      else if (this.#takes("[")) {
        const { kind, text } = this.#next();
        if (kind !== "number") throw notWellFormed(`a place in a list is a number, not ${text}`);
        parts.push(Number(text));
        this.#expect("]");
      } else return { kind: "path", parts };
    }
  }

  #list<T>(next: () => T): T[] {
    const found = [next()];
    while (this.#takes(",")) found.push(next());
    return found;
  }

  #name(): string {
    const { kind, text } = this.#next();
    if (kind === "word" || kind === "name") return text;
    this.#at--;
    throw this.#unexpected();
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #next(): Token {
    const token = this.#peek();
    if (!token) throw this.#unexpected();
    this.#at++;
    return token;
  }

  #takes(text: string): boolean {
    const token = this.#peek();
    const isThis =
      (token?.kind === "word" && token.text.toUpperCase() === text) ||
      (token?.kind === "sign" && token.text === text);
    if (isThis) this.#at++;
    return isThis;
  }

  #expect(text: string): void {
    if (!this.#takes(text)) throw this.#unexpected(text);
  }

  #unexpected(wanted?: string): Error {
    const found = this.#peek()?.text;
    const where = found === undefined ? "Unexpected end" : `Unexpected ${JSON.stringify(found)}`;
    return notWellFormed(wanted === undefined ? where : `${where}, ${wanted} is wanted`);
  }
}

function setOf(values: readonly JsonObject[]): JsonObject {
  const [type = "", ...others] = new Set(values.flatMap((value) => Object.keys(value)));
  if (others.length > 0 || !["S", "N", "B"].includes(type))
    throw notWellFormed("a set has texts, numbers or binaries of one type");
  return { [`${type}S`]: values.map((value) => value[type]) };
}
