/** A state machine as its author wrote it, and what of it AWS would not take or the local run does not know. */
import { isObject, type JsonObject, parseObject } from "../../../shared/json.ts";

export interface State extends JsonObject {
  Type: string;
}

export interface Definition extends JsonObject {
  StartAt: string;
  States: Readonly<Record<string, State>>;
}

const TYPES = ["Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"];
/** They lead nowhere themselves. */
const LAST = new Set(["Succeed", "Fail", "Choice"]);
/** Of a Map that reads from a bucket or runs as executions of its own. */
const DISTRIBUTED = [
  "ItemReader",
  "ItemBatcher",
  "ResultWriter",
  "ToleratedFailureCount",
  "ToleratedFailurePercentage",
];

export function readDefinition(text: string): Definition | undefined {
  const value = parseObject(text);
  return value && isDefinition(value) ? value : undefined;
}

function isDefinition(value: JsonObject): value is Definition {
  return (
    typeof value.StartAt === "string" && isObject(value.States) && Object.values(value.States).every(isState)
  );
}

function isState(value: unknown): value is State {
  return isObject(value) && typeof value.Type === "string";
}

/** Definitions within a state: branches of a Parallel, what a Map does with each item. */
export function innerDefinitions(state: State): Definition[] {
  const { Branches: branches, ItemProcessor: processor, Iterator: iterator } = state;
  const inner = Array.isArray(branches) ? branches : [processor ?? iterator];
  return inner.filter((one): one is Definition => isObject(one) && isDefinition(one));
}

/** With those of inner definitions. */
function everyState(definition: Definition): [name: string, state: State][] {
  return Object.entries(definition.States).flatMap(([name, state]): [string, State][] => [
    [name, state],
    ...innerDefinitions(state).flatMap(everyState),
  ]);
}

/** A sentence for each mistake that AWS refuses at a deployment. */
export function mistakesIn(definition: Definition): string[] {
  const names = new Set(Object.keys(definition.States));
  const found = names.has(definition.StartAt)
    ? []
    : [`StartAt names ${definition.StartAt}, which is no state`];
  for (const [name, state] of Object.entries(definition.States)) {
    if (!TYPES.includes(state.Type))
      found.push(`state ${name} has the type ${state.Type}, which is none of ${TYPES.join(", ")}`);
    for (const next of targetsOf(state))
      if (!names.has(next)) found.push(`state ${name} leads to ${next}, which is no state`);
    if (!LAST.has(state.Type) && state.Next === undefined && state.End !== true)
      found.push(`state ${name} has neither Next nor End`);
    found.push(...innerDefinitions(state).flatMap(mistakesIn));
  }
  return found;
}

function targetsOf(state: State): string[] {
  const rules = [state.Choices, state.Catch].flatMap((list) => (Array.isArray(list) ? list : []));
  const next = [state.Next, state.Default, ...rules.filter(isObject).map((rule) => rule.Next)];
  return next.filter((name) => typeof name === "string");
}

/** What AWS runs and the local run does not: a sentence for the first such part; undefined where there is none. */
export function unknownPart(
  definition: Definition,
  isKnownTask: (resource: string) => boolean,
): string | undefined {
  for (const [name, state] of everyState(definition)) {
    if (state.Type === "Task" && !isKnownTask(String(state.Resource)))
      return `state ${name} calls ${String(state.Resource)}, which is not called here`;
    const field = state.Type === "Map" ? DISTRIBUTED.find((one) => state[one] !== undefined) : undefined;
    if (field) return `state ${name} has ${field}, and distributed maps are not run here`;
  }
  return undefined;
}
