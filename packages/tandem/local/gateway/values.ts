/** Recorded values as this folder needs them, besides what `local/workers/values.ts` reads. */

import { list, object, opened, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording, Value } from "../../program/recording.ts";

export function texts(value: Value | undefined): string[] {
  return list(value)
    .map(text)
    .filter((item) => item !== undefined);
}

/** A map of texts, e.g. `stageVariables`; undefined when it is not declared or empty. */
export function textMap(value: Value | undefined): Record<string, string> | undefined {
  const entries = Object.entries(object(value)).map(([name, item]) => [name, text(item) ?? ""]);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

export function flag(value: Value | undefined): boolean {
  return opened(value) === true;
}

export function ofType(recording: Recording, type: string): RecordedResource[] {
  return recording.resources.filter((resource) => resource.type === type);
}
