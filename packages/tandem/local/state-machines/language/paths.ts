/** JSONPath as far as Amazon States Language uses it: `$.a.b[0]`, `$$.Execution.Id`, `$variable.a`, `[*]`, slices and `..`. */
import { isObject } from "../../../shared/json.ts";
import { EXPRESSION_MS, limited } from "../../time-limit.ts";
import { runtimeError, StateError } from "./state-error.ts";

export interface Scope {
  input: unknown;
  /** The context object, `$$`. */
  context: unknown;
  /** By `Assign`, `$name`. */
  variables: Readonly<Record<string, unknown>>;
}

type Step =
  | { kind: "member"; name: string }
  | { kind: "index"; index: number }
  | { kind: "all" }
  | { kind: "slice"; from: number | undefined; to: number | undefined }
  | { kind: "descend" };

/** Input, context object or variable. */
const ROOT = /^\$(\$|[A-Za-z_]\w*)?/;
const BARE = String.raw`[^.[\]()*\s'"?@]+`;
const STEPS: readonly [pattern: RegExp, step: (match: RegExpExecArray) => Step][] = [
  [/\.\.(?=[^.[])|\.\.(?=\[)/y, () => ({ kind: "descend" })],
  [/\.?\*|\[\*\]/y, () => ({ kind: "all" })],
  [new RegExp(`\\.?(${BARE})`, "y"), ([, name = ""]) => ({ kind: "member", name })],
  [/\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y, ([, one, two]) => quoted(one ?? two ?? "")],
  [/\[(-?\d+)\]/y, ([, index]) => ({ kind: "index", index: Number(index) })],
  [/\[(-?\d*):(-?\d*)\]/y, ([, from, to]) => ({ kind: "slice", from: bound(from), to: bound(to) })],
];

function quoted(text: string): Step {
  return { kind: "member", name: text.replace(/\\(.)/g, "$1") };
}

const bound = (text: string | undefined) => (text ? Number(text) : undefined);

/** What the path leads to; of one that may lead to several places a list. Throws where it leads nowhere. */
export function select(path: string, scope: Scope): unknown {
  const { root, steps } = read(path, scope);
  const found = followAll(steps, root);
  if (found === undefined) throw runtimeError(`The JSONPath '${path}' takes longer than ${EXPRESSION_MS} ms`);
  if (!steps.every(isDefinite)) return found;
  if (found.length === 0) {
    const cause = `The JSONPath '${path}' could not be found in the input '${JSON.stringify(scope.input)}'`;
    throw new StateError("States.ParameterPathFailure", cause);
  }
  return found[0];
}

/** Whether a definite path leads anywhere. */
export function leadsTo(path: string, scope: Scope): boolean {
  const { root, steps } = read(path, scope);
  return followAll(steps, root)?.length !== 0;
}

/** A copy of `root` in which the value stands at the path. */
export function put(path: string, root: unknown, value: unknown): unknown {
  const { steps } = read(path, { input: root, context: {}, variables: {} });
  return putAt(steps, root, value, path);
}

function putAt([step, ...rest]: readonly Step[], at: unknown, value: unknown, path: string): unknown {
  if (!step) return value;
  if (step.kind === "index" && Array.isArray(at) && step.index >= 0 && step.index < at.length)
    return at.with(step.index, putAt(rest, at[step.index], value, path));
  if (step.kind === "member" && (at === undefined || isObject(at)))
    return { ...at, [step.name]: putAt(rest, at?.[step.name], value, path) };
  const cause = `Unable to apply ReferencePath ${path} to input ${JSON.stringify(at)}`;
  throw new StateError("States.ResultPathMatchFailure", cause);
}

function isDefinite({ kind }: Step): boolean {
  return kind === "member" || kind === "index";
}

function read(path: string, { input, context, variables }: Scope): { root: unknown; steps: Step[] } {
  const [start = "", name] = ROOT.exec(path) ?? [];
  if (start === "") throw runtimeError(`'${path}' is no JSONPath`);
  if (name !== undefined && name !== "$" && !Object.hasOwn(variables, name))
    throw runtimeError(`There is no variable $${name}`);
  const root = name === undefined ? input : name === "$" ? context : variables[name];
  const steps: Step[] = [];
  for (let at = start.length; at < path.length; ) {
    const [step, end] = stepAt(path, at);
    steps.push(step);
    at = end;
  }
  return { root, steps };
}

function stepAt(path: string, at: number): [step: Step, end: number] {
  for (const [pattern, step] of STEPS) {
    pattern.lastIndex = at;
    const match = pattern.exec(path);
    if (match) return [step(match), pattern.lastIndex];
  }
  throw runtimeError(
    `The local run does not read the JSONPath '${path}' from '${path.slice(at)}' on; filters are not known to it`,
  );
}

/** Undefined where its time is up: descents within each other find places over and over. */
function followAll(steps: readonly Step[], root: unknown): unknown[] | undefined {
  const follows = () => steps.reduce((found, step) => found.flatMap((value) => follow(step, value)), [root]);
  return steps.filter(({ kind }) => kind === "descend").length > 1 ? limited(follows) : follows();
}

function follow(step: Step, value: unknown): unknown[] {
  switch (step.kind) {
    case "member":
      return isObject(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case "index": {
      const index = Array.isArray(value) && step.index < 0 ? value.length + step.index : step.index;
      return Array.isArray(value) && index >= 0 && index < value.length ? [value[index]] : [];
    }
    case "slice":
      return Array.isArray(value) ? value.slice(step.from, step.to) : [];
    case "all":
      return childrenOf(value);
    case "descend":
      return withDescendants(value);
  }
}

function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function withDescendants(value: unknown): unknown[] {
  return [value, ...childrenOf(value).flatMap(withDescendants)];
}
