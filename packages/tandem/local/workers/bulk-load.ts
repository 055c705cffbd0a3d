/** Loads many functions in a few threads, one after the other in each: a thread for each function costs more than loading most of them. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Assignment, FromBulkLoader } from "./protocol.ts";

const runtime = new URL("./runtime/bulk-load.cjs", import.meta.url);
/** As long as a worker of its own may take to load. */
const SILENCE_MS = 10_000;
/** Enough for the code of every function of a large program at once. */
const HEAP_MB = 2_000;

/**
 * Physical names of the functions that have loaded; of the others nothing is known.
 * @param signal ends the threads where they are
 */
export async function loadInBulk(assignments: Assignment[], signal: AbortSignal): Promise<Set<string>> {
  const loaded = new Set<string>();
  const shares = Array.from({ length: availableParallelism() }, (_, share) =>
    assignments.filter((_assignment, index) => index % availableParallelism() === share),
  );
  await Promise.all(
    shares.filter((share) => share.length > 0).map((share) => loadShare(share, loaded, signal)),
  );
  return loaded;
}

/** Ends without an error whatever happens: who has not been seen to load is tried again elsewhere. */
async function loadShare(share: Assignment[], loaded: Set<string>, signal: AbortSignal): Promise<void> {
  let left = share;
  while (left.length > 0 && !signal.aborted) {
    const tried = await startBulkLoader(left, loaded, signal);
    // The function at which it fell silent has ended it; another thread goes on behind that one.
    left = left.slice(tried + 1);
  }
}

/** How many functions the thread has reported on. */
function startBulkLoader(
  workerData: Assignment[],
  loaded: Set<string>,
  signal: AbortSignal,
): Promise<number> {
  const worker = new Worker(runtime, {
    workerData,
    env: {},
    argv: [],
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  const end = () => void worker.terminate();
  const silence = setTimeout(end, SILENCE_MS);
  signal.addEventListener("abort", end, { once: true });
  const { promise, resolve } = Promise.withResolvers<number>();
  let tried = 0;
  worker.on("message", ([what, functionName]: FromBulkLoader) => {
    silence.refresh();
    tried++;
    if (what === "loads") loaded.add(functionName);
  });
  // `exit` follows.
  worker.on("error", () => {});
  worker.on("exit", () => {
    clearTimeout(silence);
    signal.removeEventListener("abort", end);
    resolve(tried);
  });
  return promise;
}
