/**
 * Outputs as they may come. A provider leaves out what is not there yet, lists and objects above all, whatever the type of
 * its SDK promises: every part is optional, and the compiler asks what happens without it.
 */
import * as pulumi from "@pulumi/pulumi";
import { Mistake } from "./mistake.ts";

export type AsAnswered<T> =
  | undefined
  | (T extends readonly (infer Item)[]
      ? AsAnswered<Item>[]
      : T extends object
        ? { [Key in keyof T]?: AsAnswered<T[Key]> }
        : T);

export function asAnswered<T>(output: pulumi.Output<T>): pulumi.Output<AsAnswered<T>> {
  return output as pulumi.Output<AsAnswered<T>>;
}

/**
 * A value that may come late: no reason for a preview to fail. Of what the engine made it reads the outputs in its state, so
 * that only a refresh brings what came since.
 * @throws {Mistake} in a deployment, which needs it now
 */
export function knownByNow<T>(value: T | undefined, standIn: T, mistake: string): T {
  if (value) return value;
  if (pulumi.runtime.isDryRun()) return standIn;
  throw new Mistake(mistake);
}

/** Stands in a preview for a text that only a deployment will know. */
export const KNOWN_AFTER_DEPLOYMENT = "known-after-deployment";
