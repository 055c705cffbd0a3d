/** The redrive policy of a queue or a subscription, as text or as the object it stands for. */
import { object, opened } from "../program/reading/value.ts";
import type { Value, Values } from "../program/recording.ts";
import { UserError } from "../shared/user-error.js";

/** @param source of which resource it is, for the message. */
export function readRedrivePolicy(policy: Value | undefined, source: string): Values | undefined {
  const written = opened(policy);
  if (typeof written !== "string") return written === undefined ? undefined : object(written);
  try {
    return object(JSON.parse(written) as Value);
  } catch (error) {
    throw new UserError(`The redrive policy of ${source} is no JSON: ${(error as Error).message}`);
  }
}
