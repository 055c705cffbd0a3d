/** What a state is held to: how much it hands on, and that its times are numbers. */
import type { StateData } from "./state-data.ts";
import { runtimeError, StateError } from "./state-error.ts";

/** Of what a state hands on. */
const MOST_BYTES = 262_144;

/** @param field e.g. `TimeoutSeconds` */
export async function secondsOf(field: string, data: StateData): Promise<number | undefined> {
  const seconds = await data.field(field);
  if (seconds === undefined || (typeof seconds === "number" && seconds >= 0)) return seconds;
  throw runtimeError(`${field} is a number from 0 on, not ${JSON.stringify(seconds)}`);
}

/** JSON text. @param name of the state */
export function textWithinLimit(data: unknown, name: string): string {
  const text = JSON.stringify(data);
  if (text !== undefined && Buffer.byteLength(text) > MOST_BYTES)
    throw new StateError(
      "States.DataLimitExceeded",
      `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  return text;
}
