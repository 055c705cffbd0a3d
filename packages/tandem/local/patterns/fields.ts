/** An event as a list of paths and what stands at their ends. */
import { isObject } from "../../shared/json.ts";
import type { Leaf } from "./operators.ts";

/** An element of a list in the event. */
export interface FieldPlace {
  list: number;
  element: number;
}

export interface Field {
  /** Names with points between them; lists have no part in it. A name with a point is not told apart, as in AWS. */
  path: string;
  value: Leaf;
  places: readonly FieldPlace[];
}

export function fieldsOf(event: unknown): Field[] {
  const fields: Field[] = [];
  let lists = 0;
  const add = (value: unknown, path: string, places: readonly FieldPlace[]) => {
    if (Array.isArray(value)) {
      const list = lists++;
      for (const [element, item] of value.entries()) add(item, path, [...places, { list, element }]);
    } else if (isObject(value)) {
      for (const [name, item] of Object.entries(value))
        add(item, path === "" ? name : `${path}.${name}`, places);
    } else fields.push({ path, value: value as Leaf, places });
  };
  add(event, "", []);
  return fields;
}

/** Both together; undefined where they name two elements of one list. */
export function together(
  a: readonly FieldPlace[],
  b: readonly FieldPlace[],
): readonly FieldPlace[] | undefined {
  const clash = b.some(({ list, element }) => a.some((one) => one.list === list && one.element !== element));
  return clash ? undefined : [...a, ...b];
}
