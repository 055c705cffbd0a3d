/** Tumbling windows: which one a record belongs to, what an event says of it, and what state an answer hands on. */
import { isObject, type JsonObject } from "../../../shared/json.ts";
import { answeredValue, type InvokeResult } from "../../invocation.ts";
import { isoSeconds } from "../../iso-seconds.ts";
import type { KeptWindow } from "../../records/record-log.ts";
import { callAt } from "../scheduler/timer.ts";
import type { SourceRecord } from "./batch.ts";

/** What the ends of windows are measured by. Times are milliseconds since 1970. */
export interface Clock {
  now(): number;
  /** @returns calls it off */
  at(time: number, call: () => void): () => void;
}

export const WALL_CLOCK: Clock = { now: Date.now, at: (time, call) => callAt(new Date(time), call) };

export type Span = Pick<KeptWindow, "start" | "end">;

/** Bytes of a state, as JSON; a larger one ends its window. */
const LARGEST_STATE = 1_048_576;
/** Bytes of an event that its records do not get: the state, and what is said of the window. */
export const WINDOW_BYTES = LARGEST_STATE + 1024;
/** After its end, in milliseconds: the times of a table's records are whole seconds, told a little before they can be read. */
const CLOSES_AFTER = 1000;

/** Neighbours of one window together. Without windows (0 s) they are all together, in none. */
export function byWindow(
  records: readonly SourceRecord[],
  seconds: number,
): { span?: Span; records: SourceRecord[] }[] {
  if (seconds === 0) return [{ records: [...records] }];
  const found: { span: Span; records: SourceRecord[] }[] = [];
  for (const record of records) {
    const length = seconds * 1000;
    const start = Math.floor(record.writtenAt / length) * length;
    const last = found.at(-1);
    if (last?.span.start === start) last.records.push(record);
    else found.push({ span: { start, end: start + length }, records: [record] });
  }
  return found;
}

export function closingTime({ end }: Span): number {
  return end + CLOSES_AFTER;
}

export function isTooLarge({ state }: KeptWindow): boolean {
  return Buffer.byteLength(JSON.stringify(state)) > LARGEST_STATE;
}

/** Undefined where the call failed, as one without a state does. */
export function answeredState({ status, payload }: InvokeResult): JsonObject | undefined {
  const answer = status === "ok" ? answeredValue(payload) : undefined;
  return isObject(answer) && isObject(answer.state) ? answer.state : undefined;
}

export interface WindowSource {
  shardId: string;
  eventSourceARN: string;
}

/** What an event says besides its records. */
export function windowFields(window: KeptWindow, source: WindowSource, isFinal: boolean): object {
  return {
    window: { start: isoSeconds(new Date(window.start)), end: isoSeconds(new Date(window.end)) },
    state: window.state,
    ...source,
    isFinalInvokeForWindow: isFinal,
    isWindowTerminatedEarly: isFinal && isTooLarge(window),
  };
}
