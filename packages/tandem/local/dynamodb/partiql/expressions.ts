/** Parts of a statement as DynamoDB's expressions, with their names and values. */
import type { JsonObject } from "../../../shared/json.ts";
import type { Condition, Operand, Path, Write } from "./parse.ts";
import { notWellFormed } from "./tokens.ts";

export class Expressions {
  readonly #names = new Map<string, string>();
  readonly #values: JsonObject[] = [];

  /** What stands beside the expressions in a request. */
  get attributes(): JsonObject {
    const names = [...this.#names].map(([name, placeholder]) => [placeholder, name]);
    const values = this.#values.map((value, index) => [`:v${index}`, value]);
    return {
      ...(names.length > 0 ? { ExpressionAttributeNames: Object.fromEntries(names) } : {}),
      ...(values.length > 0 ? { ExpressionAttributeValues: Object.fromEntries(values) } : {}),
    };
  }

  condition(condition: Condition): string {
    switch (condition.kind) {
      case "and":
      case "or": {
        const joint = condition.kind === "and" ? " AND " : " OR ";
        return condition.parts.map((part) => this.#within(part)).join(joint);
      }
      case "not":
        return `NOT ${this.#within(condition.of)}`;
      case "compare":
        return `${this.operand(condition.left)} ${condition.operator} ${this.operand(condition.right)}`;
      case "between":
        return `${this.operand(condition.of)} BETWEEN ${this.operand(condition.from)} AND ${this.operand(condition.to)}`;
      case "in":
        return `${this.operand(condition.of)} IN (${condition.values.map((value) => this.operand(value)).join(", ")})`;
      case "is":
        return condition.what === "MISSING"
          ? `attribute_not_exists(${this.operand(condition.of)})`
          : `attribute_type(${this.operand(condition.of)}, ${this.#value({ S: "NULL" })})`;
      case "call":
        return this.#call(condition.name, condition.args);
    }
  }

  operand(operand: Operand): string {
    switch (operand.kind) {
      case "path":
        return this.path(operand);
      case "value":
        return this.#value(operand.value);
      case "call":
        return this.#call(operand.name, operand.args);
      case "sum":
        return `${this.operand(operand.left)} ${operand.sign} ${this.operand(operand.right)}`;
    }
  }

  path({ parts }: Path): string {
    return parts
      .map((part, index) => {
        if (typeof part === "number") return `[${part}]`;
        return `${index === 0 ? "" : "."}${this.name(part)}`;
      })
      .join("");
  }

  name(name: string): string {
    const placeholder = this.#names.get(name) ?? `#n${this.#names.size}`;
    this.#names.set(name, placeholder);
    return placeholder;
  }

  /** Of an UPDATE. `SET a = set_add(a, <<…>>)` is DynamoDB's ADD, `set_delete` its DELETE. */
  update({ sets, removes }: Write): string {
    const clauses: Record<"SET" | "ADD" | "DELETE" | "REMOVE", string[]> = {
      SET: [],
      ADD: [],
      DELETE: [],
      REMOVE: removes.map((path) => this.path(path)),
    };
    for (const { path, value } of sets) {
      if (value.kind === "call" && /^set_/.test(value.name)) {
        const [of, set] = value.args;
        if (of?.kind !== "path" || !set || JSON.stringify(of.parts) !== JSON.stringify(path.parts))
          throw notWellFormed(`${value.name} takes the attribute that is set, and a set`);
        clauses[value.name === "set_add" ? "ADD" : "DELETE"].push(`${this.path(path)} ${this.operand(set)}`);
      } else clauses.SET.push(`${this.path(path)} = ${this.operand(value)}`);
    }
    return Object.entries(clauses)
      .filter(([, parts]) => parts.length > 0)
      .map(([clause, parts]) => `${clause} ${parts.join(", ")}`)
      .join(" ");
  }

  #within(condition: Condition): string {
    const text = this.condition(condition);
    return ["and", "or"].includes(condition.kind) ? `(${text})` : text;
  }

  #call(name: string, args: readonly Operand[]): string {
    return `${name}(${args.map((arg) => this.operand(arg)).join(", ")})`;
  }

  #value(value: JsonObject): string {
    this.#values.push(value);
    return `:v${this.#values.length - 1}`;
  }
}
