/** What the program calls its functions, for who knows only what AWS calls them. */
import { addressed, declared } from "../../program/reading/resources.ts";
import type { Recording } from "../../program/recording.ts";

const FUNCTION = "aws:lambda/function:Function";

export function functionName(recording: Recording, physicalName: string): string {
  return addressed(recording, FUNCTION, physicalName)?.name ?? physicalName;
}

export function functionNames(recording: Recording): string[] {
  return declared(recording, FUNCTION).map(({ name }) => name);
}
