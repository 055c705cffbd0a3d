/** Every type whose half-made resources can be found again. */
import { atlasFinders } from "./atlas.ts";
import { awsFinders } from "./aws.ts";
import { ec2Finders } from "./ec2.ts";
import type { Finder } from "./import-id.ts";

const finders: Record<string, Finder> = { ...awsFinders, ...ec2Finders, ...atlasFinders };

export function finderOf(type: string): Finder | undefined {
  return finders[type];
}
