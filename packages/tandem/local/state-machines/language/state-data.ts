/** What goes into a state and comes out of it, in either query language. */
import { isObject, type JsonObject } from "../../../shared/json.ts";
import { holds } from "./choice.ts";
import type { State } from "./definition.ts";
import { evaluateJsonata } from "./jsonata.ts";
import { put, type Scope, select } from "./paths.ts";
import { runtimeError } from "./state-error.ts";
import { evaluate, fill } from "./template.ts";

export type Variables = Readonly<Record<string, unknown>>;

/** Of one attempt of one state. */
export interface StateData {
  /** What the state works on: by InputPath, and Parameters or Arguments. */
  arguments(): Promise<unknown>;
  /** A number or text that the state names, or a path or expression that leads to it; undefined where it has none. */
  field(name: string): Promise<unknown>;
  /** Of a Map. */
  items(): Promise<unknown>;
  /** What a Map does an item with. @param context with `Map.Item` */
  item(value: unknown, context: JsonObject): Promise<unknown>;
  /** Whether a rule of a Choice takes it. */
  holds(rule: JsonObject): Promise<boolean>;
  /** @param of the state, or a rule of its Choice or Catch; `kind` says what the result is */
  output(of: JsonObject, result: unknown, kind: "result" | "errorOutput"): Promise<unknown>;
  /** Variables as they are after it. */
  assigned(of: JsonObject, result: unknown, kind: "result" | "errorOutput"): Promise<Variables>;
}

export interface Given {
  state: State;
  raw: unknown;
  context: JsonObject;
  variables: Variables;
}

export function stateData(given: Given, isJsonata: boolean): StateData {
  return isJsonata ? new ByJsonata(given) : new ByPaths(given);
}

class ByPaths implements StateData {
  readonly #given: Given;

  constructor(given: Given) {
    this.#given = given;
  }

  async arguments(): Promise<unknown> {
    const { state } = this.#given;
    const isMap = state.Type === "Map";
    return state.Parameters === undefined || isMap ? this.#input() : fill(state.Parameters, this.#scope());
  }

  async field(name: string): Promise<unknown> {
    const { [name]: value, [`${name}Path`]: path } = this.#given.state;
    return typeof path === "string" ? evaluate(path, this.#scope()) : value;
  }

  async items(): Promise<unknown> {
    const { ItemsPath: path = "$", Items: items } = this.#given.state;
    return Array.isArray(items) ? items : select(String(path), this.#scope());
  }

  async item(value: unknown, context: JsonObject): Promise<unknown> {
    const { ItemSelector: selector, Parameters: parameters } = this.#given.state;
    const template = selector ?? parameters;
    return template === undefined ? value : fill(template, { ...this.#scope(), context });
  }

  async holds(rule: JsonObject): Promise<boolean> {
    return holds(rule, this.#scope());
  }

  async output(of: JsonObject, result: unknown): Promise<unknown> {
    const { state, raw } = this.#given;
    const { ResultSelector: selector, ResultPath: resultPath = "$" } = of;
    const isState = of === state;
    const selected = selector === undefined ? result : fill(selector, this.#scope(result));
    const isLeftAlone = state.Type === "Choice" || state.Type === "Wait" || state.Type === "Succeed";
    const output = isLeftAlone
      ? selected
      : resultPath === null
        ? raw
        : put(String(resultPath), raw, selected);
    const { OutputPath: outputPath = "$" } = state;
    if (!isState) return output;
    return outputPath === null ? {} : select(String(outputPath), this.#scope(output));
  }

  async assigned({ Assign: assign }: JsonObject, result: unknown): Promise<Variables> {
    const { variables } = this.#given;
    return assign === undefined
      ? variables
      : { ...variables, ...objectOf(fill(assign, this.#scope(result))) };
  }

  #input(): unknown {
    const { state, raw, context, variables } = this.#given;
    const { InputPath: path = "$" } = state;
    return path === null ? {} : select(String(path), { input: raw, context, variables });
  }

  #scope(input: unknown = this.#input()): Scope {
    const { context, variables } = this.#given;
    return { input, context, variables };
  }
}

class ByJsonata implements StateData {
  readonly #given: Given;

  constructor(given: Given) {
    this.#given = given;
  }

  async arguments(): Promise<unknown> {
    const { state, raw } = this.#given;
    return state.Arguments === undefined ? raw : this.#evaluate(state.Arguments);
  }

  async field(name: string): Promise<unknown> {
    return this.#evaluate(this.#given.state[name]);
  }

  async items(): Promise<unknown> {
    const { state, raw } = this.#given;
    return state.Items === undefined ? raw : this.#evaluate(state.Items);
  }

  async item(value: unknown, context: JsonObject): Promise<unknown> {
    const { ItemSelector: selector } = this.#given.state;
    return selector === undefined ? value : this.#evaluate(selector, { context });
  }

  async holds({ Condition: condition }: JsonObject): Promise<boolean> {
    const value = await this.#evaluate(condition);
    if (typeof value !== "boolean") throw runtimeError(`The Condition ${String(condition)} is no boolean`);
    return value;
  }

  async output(of: JsonObject, result: unknown, kind: "result" | "errorOutput"): Promise<unknown> {
    return of.Output === undefined ? result : this.#evaluate(of.Output, { [kind]: result });
  }

  async assigned(
    { Assign: assign }: JsonObject,
    result: unknown,
    kind: "result" | "errorOutput",
  ): Promise<Variables> {
    const { variables } = this.#given;
    if (assign === undefined) return variables;
    return { ...variables, ...objectOf(await this.#evaluate(assign, { [kind]: result })) };
  }

  #evaluate(value: unknown, more: JsonObject = {}): Promise<unknown> {
    const { raw, context, variables } = this.#given;
    return evaluateJsonata(value, { ...variables, states: { input: raw, context, ...more } });
  }
}

function objectOf(value: unknown): JsonObject {
  if (!isObject(value)) throw runtimeError("Assign is no object");
  return value;
}
