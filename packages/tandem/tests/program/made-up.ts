import { record } from "../../program/record.ts";
import type { Recording } from "../../program/recording.ts";
import { find } from "./fixtures.ts";

export const REGION = "eu-central-1";
export const ACCOUNT = "123456789012";

/** Records what the function declares, in `REGION`. */
export function recorded(fn: () => unknown): Promise<Recording> {
  return record(() => void fn(), { config: { "aws:region": REGION } });
}

/** Outputs of the one resource of this name that the function declares. */
export async function outputs(name: string, fn: () => unknown): Promise<Recording["outputs"]> {
  return find(await recorded(fn), name).outputs;
}

export async function id(name: string, fn: () => unknown): Promise<string | undefined> {
  return find(await recorded(fn), name).id;
}
