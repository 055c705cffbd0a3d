/** How often a rule or a schedule tries again what could not be delivered. */
import { number, object } from "../../program/reading/value.ts";
import type { Values } from "../../program/recording.ts";

/** As in AWS where the program does not say. */
const RETRIES = 185;
/** AWS tries for a day; a day is long at a terminal. */
const MOST_RETRIES = 5;
/** Between two tries; AWS waits longer and longer, here somebody is looking. */
export const RETRY_MS = 1000;

/** Tries after the first, as the program wants them. */
export function readRetries({ retryPolicy }: Values): number {
  return number(object(retryPolicy).maximumRetryAttempts) ?? RETRIES;
}

/** All tries that are made here. */
export function triesOf(retries: number): number {
  return 1 + Math.min(retries, MOST_RETRIES);
}
