/** A source map as Node reads it, with its sources as files of this machine. */
import { SourceMap, type SourceMapPayload } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

export interface Place {
  /** Absolute. */
  file: string;
  /** Both from 1, as stacks count. */
  line: number;
  column: number;
}

export class OriginalPlaces {
  readonly #map: SourceMap;
  readonly #base: string;

  /** @param base folder that the map's sources start from: the map's own */
  constructor(payload: SourceMapPayload, base: string) {
    this.#map = new SourceMap(payload);
    this.#base = rootOf(payload, base);
  }

  /** Where what stands there was written; undefined when the map does not say. */
  find(line: number, column: number): Place | undefined {
    const entry = this.#map.findEntry(line - 1, column - 1);
    // Where a line has no entry before the column, Node answers with one of another line.
    if (!("originalSource" in entry) || entry.generatedLine !== line - 1) return undefined;
    return {
      file: absolute(entry.originalSource, this.#base),
      line: entry.originalLine + 1,
      column: entry.originalColumn + 1,
    };
  }
}

/** A map of its own for each part of the file, as some bundlers write; Node's types leave it out. */
interface IndexedMap {
  sections?: readonly { map?: SourceMapPayload }[];
}

/** Absolute paths of all that a map names; what a bundler made itself is in no folder that exists. */
export function sourcesOf(payload: SourceMapPayload & IndexedMap, base: string): string[] {
  if (payload.sections) return payload.sections.flatMap(({ map }) => (map ? sourcesOf(map, base) : []));
  const root = rootOf(payload, base);
  return payload.sources.flatMap((source) => {
    try {
      return source === null ? [] : absolute(source, root);
    } catch {
      return []; // A file: of another host.
    }
  });
}

/** Node leaves it out. */
function rootOf({ sourceRoot }: SourceMapPayload, base: string): string {
  return sourceRoot ? absolute(sourceRoot, base) : base;
}

function absolute(source: string, base: string): string {
  return source.startsWith("file://") ? fileURLToPath(source) : path.resolve(base, source);
}
