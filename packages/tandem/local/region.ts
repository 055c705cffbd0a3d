/** The region of a program: where its resources are that do not say another. */
import { text } from "../program/reading/value.ts";
import type { Recording } from "../program/recording.ts";

/** AWS's own, where the program sets none. */
const DEFAULT_REGION = "us-east-1";

export function regionOf({ config }: Pick<Recording, "config">): string {
  return text(config["aws:region"]) ?? DEFAULT_REGION;
}
