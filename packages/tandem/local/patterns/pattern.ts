/**
 * The one matcher of events: rules of EventBridge, filter policies of SNS and filters of event source mappings have the same syntax,
 * with different operators. A pattern is read once; what AWS would not take is a PatternError.
 */
import { isObject } from "../../shared/json.ts";
import { type Field, type FieldPlace, fieldsOf, together } from "./fields.ts";
import {
  ABSENT,
  type Dialect,
  type MatchesLeaf,
  OPERATORS,
  PatternError,
  readCondition,
} from "./operators.ts";

export { PatternError } from "./operators.ts";

export type Matches = (event: unknown) => boolean;

/** What one field must be. */
interface Wanted {
  /** As in `Field`. */
  path: string;
  /** Names in the path. */
  depth: number;
  conditions: readonly (MatchesLeaf | typeof ABSENT)[];
}

/** All of them must hold. A pattern is one of these for each way through its `$or`s. */
export type Alternative = readonly Wanted[];

/** More than AWS takes; a pattern that multiplies without end must not take this machine's memory. */
const MOST_ALTERNATIVES = 1_000;

export function readPattern(pattern: unknown, dialect: Dialect): Alternative[] {
  if (!isObject(pattern)) throw new PatternError("Filter is not an object");
  const alternatives = readFields(pattern, [], dialect);
  // In the order of their names, as AWS joins them: it matters where elements of several lists are asked for.
  return alternatives.map((wanted) => wanted.toSorted((a, b) => (a.path < b.path ? -1 : 1)));
}

export function matcher(alternatives: readonly Alternative[]): Matches {
  return (event) => {
    const fields = Map.groupBy(fieldsOf(event), ({ path }) => path);
    return alternatives.some((wanted) => holds(wanted, fields, []));
  };
}

function readFields(
  pattern: Record<string, unknown>,
  names: readonly string[],
  dialect: Dialect,
): Alternative[] {
  if (Object.keys(pattern).length === 0) throw new PatternError("Empty objects are not allowed");
  let alternatives: Alternative[] = [[]];
  for (const [name, value] of Object.entries(pattern)) {
    const read = isOr(name, value)
      ? value.flatMap((branch) => readFields(branch, names, dialect))
      : readField(value, [...names, name], dialect);
    alternatives = alternatives.flatMap((before) => read.map((after) => [...before, ...after]));
    if (alternatives.length > MOST_ALTERNATIVES) throw new PatternError("Rule is too complex");
  }
  return alternatives;
}

function readField(value: unknown, names: readonly string[], dialect: Dialect): Alternative[] {
  if (isObject(value)) return readFields(value, names, dialect);
  if (!Array.isArray(value)) throw new PatternError(`"${names.at(-1)}" must be an object or an array`);
  if (value.length === 0) throw new PatternError("Empty arrays are not allowed");
  const conditions = value.map((condition) => readCondition(condition, dialect));
  return [[{ path: names.join("."), depth: names.length, conditions }]];
}

/** Else `$or` is the name of a field like any other. */
function isOr(name: string, value: unknown): value is Record<string, unknown>[] {
  return (
    name === "$or" &&
    Array.isArray(value) &&
    value.length > 1 &&
    value.every((branch) => isObject(branch) && !Object.keys(branch).some((key) => OPERATORS.has(key)))
  );
}

/** `at`: the elements of lists that the fields before stood in; the next ones must stand in the same. */
function holds(
  [wanted, ...rest]: Alternative,
  fields: ReadonlyMap<string, readonly Field[]>,
  at: readonly FieldPlace[],
): boolean {
  if (!wanted) return true;
  const candidates = (fields.get(wanted.path) ?? []).flatMap(({ value, places }) => {
    const joined = together(at, places);
    return joined === undefined ? [] : [{ value, joined }];
  });
  return wanted.conditions.some((condition) =>
    condition === ABSENT
      ? candidates.length === 0 && holds(rest, fields, at)
      : candidates.some(({ value, joined }) => condition(value) && holds(rest, fields, joined)),
  );
}
