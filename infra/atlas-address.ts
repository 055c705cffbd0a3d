import * as pulumi from "@pulumi/pulumi";
import { Mistake } from "./mistake.ts";

/** Atlas may know of a cluster before it knows its address: no reason for a preview to fail. */
export function knownAddress(address: string | undefined, mistake: string): string {
  if (address) return address;
  if (pulumi.runtime.isDryRun()) return "mongodb+srv://known-after-deployment";
  throw new Mistake(mistake);
}
