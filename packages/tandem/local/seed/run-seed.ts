/** One seed into one stack, with a progress bar, a checkpoint, and a file of what was rejected. */
import { closeSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import type { DataTarget } from "../local-target.ts";
import { Checkpoint } from "./checkpoint.ts";
import { type LoadResult, load } from "./load.ts";
import { ProgressBar } from "./progress.ts";
import type { Seed } from "./seed.ts";
import { openSink } from "./sink.ts";

export interface SeedOptions {
  seed: Seed;
  target: DataTarget;
  /** Folder of the program. */
  cwd: string;
  /** Folder for checkpoints and reports. */
  folder: string;
  /** Another file than the seed's own, absolute. */
  file?: string;
  signal: AbortSignal;
  log(line: string): void;
}

/** Goes on where an interrupted load of the same file stopped; a completed one begins again, which changes nothing. */
export async function runSeed(options: SeedOptions): Promise<LoadResult> {
  const { seed, cwd, folder, log, signal } = options;
  const file = options.file ?? path.join(cwd, seed.file);
  const shown = path.relative(cwd, file);
  const checkpoint = checkpointOf(options, file);
  const skip = checkpoint.everComplete ? 0 : checkpoint.done;
  const sink = openSink(seed, options.target);
  const rejections = new Rejections(path.join(folder, `${seed.name}-rejected.txt`));
  const bar = new ProgressBar(`Loading ${shown} into ${sink.description}`);
  if (skip > 0) log(`Going on after record ${skip}, where the last load stopped.`);
  try {
    const result = await load({
      seed,
      sink,
      file,
      skip,
      signal,
      onProgress: ({ fraction, written, done }) => {
        bar.update(fraction, `${written} written`);
        checkpoint.saveNowAndThen(done);
      },
      onRejected: (rejected) => rejections.add(rejected),
    });
    checkpoint.save(result.done, !result.interrupted);
    bar.finish(`${result.written} written`, result.interrupted);
    if (result.rejected > 0)
      log(`${result.rejected} records were rejected; ${rejections.path} names each by its line.`);
    if (result.interrupted)
      log(`Interrupted after record ${result.done}; the same command goes on from there.`);
    return result;
  } finally {
    rejections.close();
    await sink.close();
  }
}

export function checkpointOf(
  { seed, folder, cwd }: Pick<SeedOptions, "seed" | "folder" | "cwd">,
  file?: string,
): Checkpoint {
  return new Checkpoint(path.join(folder, `${seed.name}.json`), file ?? path.join(cwd, seed.file));
}

/** `line: reason`, one a line; the file exists only when there is something in it. */
class Rejections {
  readonly path: string;
  #file: number | undefined;

  constructor(file: string) {
    this.path = file;
  }

  add({ line, reason }: { line: number; reason: string }): void {
    this.#file ??= openSync(this.path, "w");
    writeSync(this.#file, `${line}: ${reason}\n`);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}
