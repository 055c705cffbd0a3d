/**
 * Records what a function declares, in this process: for tests of components. A whole program is recorded by
 * `recordProgram`, in a process of its own.
 */
import { collectBuilds } from "./builds.ts";
import type { InvokeAnswers } from "./invokes/invoke-answer.ts";
import { loadModuleOf } from "./postpone.ts";
import type { Recording, Value } from "./recording.ts";
import { loadSdk, skipDebugAids } from "./sdk.ts";
import { type ConfigEntry, Session } from "./session.ts";
import type { StackReferences } from "./stack-references.ts";

export interface RecordOptions {
  /** Defaults to `tandem`. */
  project?: string;
  /** Defaults to `dev`. */
  stack?: string;
  /** By full key (`aws:region`), or by the project's own (`logLevel`). */
  config?: Record<string, Value>;
  /** Keys of `config` whose values are secrets. */
  secrets?: string[];
  /** What only a cloud knows stays unknown, as in `pulumi preview`. */
  preview?: boolean;
  /** With `preview`: of a stack that is deployed already, so that what it declares is known. */
  deployed?: boolean;
  /** Leaves out of every answer the parts at this depth and below, as providers do (outputs/left-out.ts). */
  leaveOutFrom?: number;
  /** True bundles the functions' code; without it their archives name the handler only. */
  bundle?: boolean;
  invokes?: InvokeAnswers;
  stackReferences?: StackReferences;
}

/** The SDK keeps one state a process, so one recording runs at a time. */
let previous: Promise<unknown> = Promise.resolve();

/** Runs `fn` as a program, waits for every registration, and tells what it declared. What `fn` returns are the stack's outputs. */
export function record(fn: () => unknown, options: RecordOptions = {}): Promise<Recording> {
  const current = previous.then(() => recordNow(fn, options));
  // The next one waits for this one's end, however it ends; this one's failure belongs to its own caller.
  previous = current.catch(() => {});
  return current;
}

async function recordNow(fn: () => unknown, options: RecordOptions): Promise<Recording> {
  const project = options.project ?? "tandem";
  const cwd = process.cwd();
  const collected = collectBuilds(options.bundle ?? false);
  const sdk = loadSdk(cwd);
  skipDebugAids(sdk);
  const session = new Session(sdk, {
    project,
    stack: options.stack ?? "dev",
    preview: options.preview ?? false,
    deployed: options.deployed,
    leaveOutFrom: options.leaveOutFrom,
    folders: { project: cwd, program: cwd },
    config: configEntries(project, options),
    invokes: options.invokes ?? {},
    stackReferences: options.stackReferences ?? {},
    // Whoever calls this may have put modules off.
    beforeReference: (type) => loadModuleOf(type, cwd),
  });
  const escaped = catchRejections();
  try {
    await session.run(async () => (await fn()) as Record<string, unknown> | undefined);
  } finally {
    await escaped.stop();
    collected.stop();
    session.close();
  }
  escaped.rethrow();
  return { ...session.recording(), builds: collected.builds, sources: [] };
}

function configEntries(
  project: string,
  { config = {}, secrets = [] }: RecordOptions,
): Record<string, ConfigEntry> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key.includes(":") ? key : `${project}:${key}`,
      { value, secret: secrets.includes(key) },
    ]),
  );
}

/**
 * A resource that cannot be registered (an exception in an `apply` that feeds it, say) reaches the SDK as a rejection that
 * nobody handles. While a recording runs it belongs to the recording, not to the test runner.
 */
function catchRejections(): { stop(): Promise<void>; rethrow(): void } {
  const others = process.listeners("unhandledRejection");
  let failed: { reason: unknown } | undefined;
  const listener = (reason: unknown) => {
    failed ??= { reason };
  };
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", listener);
  return {
    async stop() {
      // Node reports unhandled rejections once the microtasks have run dry, so after this turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      process.removeListener("unhandledRejection", listener);
      for (const other of others) process.on("unhandledRejection", other);
    },
    rethrow() {
      if (failed !== undefined) throw failed.reason;
    },
  };
}
