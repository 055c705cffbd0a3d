/**
 * The map of a bundle that the program built: made when it is first asked for, by building once more. A map written with
 * every bundle would cost each start a third more for what most of them never need.
 */
import path from "node:path";
import type { Build } from "../../program/recording.ts";
import { buildWithMap } from "./build-with-map.ts";
import { OriginalPlaces } from "./source-map.ts";

/** @returns undefined when its sources now give other code than this: what they say of a place would be wrong */
export async function mapOfBuild(build: Build, code: string): Promise<OriginalPlaces | undefined> {
  const built = await buildWithMap(build);
  if (built?.code !== code) return undefined;
  return new OriginalPlaces(JSON.parse(built.map.text), path.dirname(built.map.path));
}
