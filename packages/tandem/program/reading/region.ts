/** The region of a program: where its resources are that do not say another. */
import type { Recording } from "../recording.ts";
import { text } from "./value.ts";

/** AWS's own, where the program sets none. */
export const DEFAULT_REGION = "us-east-1";

export function regionOf({ config }: Pick<Recording, "config">): string {
  return text(config["aws:region"]) ?? DEFAULT_REGION;
}
