/** Paths into a body, as `$input.path`, `$input.json` and mappings of parameters name them. */
import { EXPRESSION_MS, limited } from "../../time-limit.ts";
import { jsonOf, NotJudged, parsed, textOf, type Value } from "./values.ts";

const STEP =
  /\.\.(?<deep>[\w-]+)|\.(?<name>[\w$-]+|\*)|\[(?<at>-?\d+)\]|\[(?<all>\*)\]|\['(?<single>[^']*)'\]|\["(?<double>[^"]*)"\]/y;

type Step = { deep: string } | { name: string } | { at: number } | "all";

/** Null where nothing is. A path that may find several gives a list. */
export function valueAtPath(root: Value, path: string): Value {
  const steps = stepsOf(path);
  const descents = steps.filter((step) => typeof step === "object" && "deep" in step).length;
  const follow = () =>
    steps.reduce<Value[]>((values, step) => values.flatMap((one) => next(one, step)), [root]);
  // Descents within each other find values over and over.
  const found = descents > 1 ? limited(follow) : follow();
  if (!found) throw new NotJudged(`the path ${path} of a template takes longer than ${EXPRESSION_MS} ms`);
  return descents > 0 || steps.includes("all") ? found : (found[0] ?? null);
}

/** Of a body that is JSON: a text as it is, anything else as JSON; undefined where nothing is. */
export function textAtPath(body: Buffer, path: string): string | undefined {
  const found = valueAtPath(parsed(body.toString()) ?? null, path);
  if (found === null) return undefined;
  return typeof found === "object" ? jsonOf(found) : textOf(found);
}

function stepsOf(path: string): Step[] {
  // Without the dollar it is the name of a field.
  const rest = path.startsWith("$") ? path.slice(1) : `.${path}`;
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < rest.length) {
    const { groups } = STEP.exec(rest) ?? {};
    if (!groups) throw new NotJudged(`the path ${path} of a template is not worked out here`);
    const name = groups.name ?? groups.single ?? groups.double;
    if (groups.deep !== undefined) steps.push({ deep: groups.deep });
    else if (groups.all !== undefined || groups.name === "*") steps.push("all");
    else steps.push(name === undefined ? { at: Number(groups.at) } : { name });
  }
  return steps;
}

function next(value: Value, step: Step): Value[] {
  if (step === "all") return childrenOf(value);
  if ("deep" in step)
    return [...named(value, step.deep), ...childrenOf(value).flatMap((one) => next(one, step))];
  if ("name" in step) return named(value, step.name);
  const found = Array.isArray(value) ? value.at(step.at) : undefined;
  return found === undefined ? [] : [found];
}

function named(value: Value, name: string): Value[] {
  const found = value instanceof Map ? value.get(name) : undefined;
  return found === undefined ? [] : [found];
}

function childrenOf(value: Value): Value[] {
  if (value instanceof Map) return [...value.values()];
  return Array.isArray(value) ? value : [];
}
