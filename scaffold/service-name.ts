/** What a service may be called: its name stands in front of every name in the cloud. */
import { UserError } from "../local/service.ts";

/** X-Ray's names have at most 32 characters, and `-prod-tracing` takes 13. */
const LONGEST = 19;

/** @param place where another name is to be given */
export function checkServiceName(name: string, place: string): void {
  if (/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name) && name.length <= LONGEST) return;
  throw new UserError(
    `${JSON.stringify(name)} is no name for a service: at most ${LONGEST} small letters, digits and hyphens, the first a letter. Give another ${place}.`,
  );
}
