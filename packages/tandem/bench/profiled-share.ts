/**
 * What share of the main thread's time some of the code takes, by a processor profile of a run under load. Both are counted in the same
 * process and the same seconds: what else the machine does, and how one process differs from the next, does not enter.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import type { Profiler } from "node:inspector";
import { tmpdir } from "node:os";
import path from "node:path";

type Profile = Profiler.Profile;
type ProfileNode = Profiler.ProfileNode;

/** A folder for the profiles of one process and its threads, and the options of node that fill it at its end. */
export function profiling(): { folder: string; options: string[]; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-profile-"));
  return {
    folder,
    options: ["--cpu-prof", "--cpu-prof-interval", "200", `--cpu-prof-dir=${folder}`],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Microseconds of the clock that profiles use. */
export function profileClock(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

/**
 * Percent of the time that the main thread was busy between two moments of `profileClock`.
 * @param isOfIt asked of each function; what it calls counts towards it
 */
export function shareOf(
  folder: string,
  { from, to }: { from: number; to: number },
  isOfIt: (frame: ProfileNode["callFrame"]) => boolean,
): number {
  const { nodes, samples = [], timeDeltas = [], startTime } = mainThread(folder);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const counted = new Set<number>();
  const mark = (node: ProfileNode, isInside: boolean): void => {
    const isCounted = isInside || isOfIt(node.callFrame);
    if (isCounted) counted.add(node.id);
    for (const child of node.children ?? []) {
      const next = byId.get(child);
      if (next) mark(next, isCounted);
    }
  };
  const [root] = nodes;
  if (root) mark(root, false);
  let time = startTime;
  let [busy, share] = [0, 0];
  for (const [index, id] of samples.entries()) {
    const delta = timeDeltas[index] ?? 0;
    time += delta;
    if (time < from || time > to || byId.get(id)?.callFrame.functionName === "(idle)") continue;
    busy += delta;
    if (counted.has(id)) share += delta;
  }
  return (share / busy) * 100;
}

/** Threads of functions leave profiles too, of which none saw as much as the gateway. */
function mainThread(folder: string): Profile {
  const [largest = ""] = readdirSync(folder)
    .map((name) => path.join(folder, name))
    .sort((a, b) => statSync(b).size - statSync(a).size);
  return JSON.parse(readFileSync(largest, "utf8")) as Profile;
}
