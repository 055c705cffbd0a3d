/** Says of places in one function's running code where they were written: `functions/orders/readOrder.ts:8:57`. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import type { Build } from "../../program/recording.ts";
import { isWithin } from "../../shared/is-within.ts";
import { buildOf } from "../rebuild.ts";
import { mapOfBuild } from "./map-of-build.ts";
import { mapOfFile } from "./map-of-file.ts";
import { namesPlace, placesIn, replacePlaces } from "./places-in-text.ts";
import type { OriginalPlaces, Place } from "./source-map.ts";

export interface FunctionCode {
  /** Folder that it runs in. */
  taskRoot: string;
  /** Where a file of that folder was copied from; undefined where the program holds it as text, or an archive does. */
  originOf(file: string): string | undefined;
  /** Folder of the program: places in it are told from there. */
  projectFolder: string;
  builds: readonly Build[];
  /** Places may lack their folder, as a person copies them. */
  bare?: boolean;
  /** Told of a map that cannot be read. */
  report(line: string): void;
}

/** Maps of large bundles hold 20 MB each while they are in use; who reads a log is at one or two functions. */
const MOST_MAPS = 4;
const maps = new Map<string, Promise<OriginalPlaces | undefined>>();

export class FunctionPlaces {
  /** Files that were asked for and have no map, as the text names them. */
  readonly withoutMap = new Set<string>();
  readonly #code: FunctionCode;

  constructor(code: FunctionCode) {
    this.#code = code;
  }

  /** The text as it is, at once, where it names no place. */
  resolve(text: string): string | Promise<string> {
    return namesPlace(text) ? this.#resolve(text) : text;
  }

  async #resolve(text: string): Promise<string> {
    const found = new Map<string, OriginalPlaces | undefined>();
    for (const { file } of placesIn(text)) if (!found.has(file)) found.set(file, await this.#mapOf(file));
    return replacePlaces(text, ({ file, line, column }) => {
      const map = found.get(file);
      if (map === undefined) this.withoutMap.add(file);
      const place = map === undefined ? this.#asWritten({ file, line, column }) : map.find(line, column);
      return shownPlace(place, this.#code.projectFolder);
    });
  }

  #absolute(file: string): string {
    const { taskRoot, bare = false } = this.#code;
    return bare ? path.resolve(taskRoot, file.replace(AS_IN_THE_CLOUD, "")) : file;
  }

  /** Of code that runs as it lies in the program: nothing but the folder differs. Where it runs, it is named by that folder already. */
  #asWritten({ file, line, column }: Place): Place | undefined {
    const { bare = false, taskRoot, originOf, projectFolder } = this.#code;
    const running = this.#absolute(file);
    if (!bare || running.includes("/node_modules/")) return undefined;
    const source = originOf(running) ?? (isWithin(projectFolder, taskRoot) ? running : undefined);
    if (source === undefined || !existsSync(source)) return undefined;
    const isThere = readFileSync(source, "utf8").split("\n").length >= line;
    return isThere && isWithin(projectFolder, source) ? { file: source, line, column } : undefined;
  }

  #mapOf(file: string): Promise<OriginalPlaces | undefined> | undefined {
    const absolute = this.#absolute(file);
    // Sources of packages are seldom there, and nobody mends them here.
    if (!path.isAbsolute(absolute) || absolute.includes("/node_modules/")) return undefined;
    const known = maps.get(absolute) ?? this.#read(absolute);
    maps.delete(absolute);
    maps.set(absolute, known);
    for (const [oldest] of maps) {
      if (maps.size <= MOST_MAPS) break;
      maps.delete(oldest);
    }
    return known;
  }

  async #read(file: string): Promise<OriginalPlaces | undefined> {
    const origin = this.#code.originOf(file);
    try {
      const beside = mapOfFile(origin === undefined ? [file] : [file, origin]);
      return beside ?? (await this.#fromBuild(file));
    } catch (error) {
      const reason = (error as Error).message;
      this.#code.report(
        `${file} has a source map that cannot be read, so its errors name no sources: ${reason}`,
      );
      return undefined;
    }
  }

  async #fromBuild(file: string): Promise<OriginalPlaces | undefined> {
    if (path.dirname(file) !== this.#code.taskRoot || !existsSync(file)) return undefined;
    const code = readFileSync(file, "utf8");
    const build = buildOf(code, this.#code.builds);
    return build && mapOfBuild(build, code);
  }
}

const AS_IN_THE_CLOUD = /^\/var\/task\//;

/** From the project's folder, where it lies in it. */
export function shownPlace(place: Place | undefined, projectFolder: string): string | undefined {
  if (!place) return undefined;
  const { file, line, column } = place;
  const folder = [projectFolder, realpathSync(projectFolder)].find((one) => isWithin(one, file));
  return `${folder === undefined ? file : path.relative(folder, file)}:${line}:${column}`;
}
