/** What the process does in which a program is recorded: takes its job, runs the program once, reports, ends. */
import { once } from "node:events";
import { collectBuilds } from "./builds.ts";
import { isEsModule, runCompatibly } from "./compatible.ts";
import { describeFailure, isOfProgram } from "./failure.ts";
import { placeInlineFunctions } from "./inline-functions.ts";
import { loadCommonJsProgram, loadEsProgram } from "./load-program.ts";
import { watchLoads } from "./loader.ts";
import type { Job, Report } from "./messages.ts";
import { loadModuleOf, postponeSeldomUsed } from "./postpone.ts";
import { loadSdk, skipDebugAids } from "./sdk.ts";
import { Session } from "./session.ts";

export async function recordJob(): Promise<void> {
  // Whoever asked is gone.
  process.on("disconnect", () => process.exit(1));
  if (!process.connected) process.exit(1);
  const [job] = (await once(process, "message")) as [Job];
  const { folders } = job.session;
  const { builds } = collectBuilds(job.bundle);
  const fail = (error: unknown) => report({ type: "failed", ...describeFailure(error, folders.project) });

  process.chdir(folders.program);
  // Meant for this process; what the program sees and starts is none of it.
  delete process.env.NODE_COMPILE_CACHE;
  process.execArgv.shift();
  // Listening must not keep the event loop from running empty.
  process.channel?.unref();
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);

  postponeSeldomUsed(folders.program, job.standIns);
  const sdk = loadSdk(folders.program);
  skipDebugAids(sdk);
  placeInlineFunctions(folders.program, (file) => isOfProgram(file, folders.project));
  if (job.compile) runCompatibly(folders.program, job.compiler);
  // Hooks registered later run first, so this one sees what the other answers by itself.
  const loads = watchLoads(folders);
  const session = new Session(sdk, {
    ...job.session,
    beforeReference: (type) => loadModuleOf(type, folders.program),
  });
  let isFinished = false;
  onceIdle(
    () => session.monitor.requests,
    () => {
      const unfinished = isFinished ? failedByExitCode() : NEVER_FINISHES;
      if (unfinished !== undefined)
        return report({
          type: "failed",
          reason: unfinished,
          position: { file: job.main, line: 1 },
          compilable: false,
        });
      const sources = loads.sources(builds.flatMap(({ inputs }) => inputs));
      report({ type: "recorded", recording: { ...session.recording(), builds, sources } });
    },
  );
  await session.run(() =>
    isEsModule(job.main)
      ? loadEsProgram(job.main, job.compile ? () => {} : loads.stop)
      : loadCommonJsProgram(job.main),
  );
  isFinished = true;
}

const NEVER_FINISHES = "The program never finishes: it waits for a promise that nothing will ever settle";

/** Pulumi takes such a program for one that failed, whatever it declared. */
function failedByExitCode(): string | undefined {
  const { exitCode = 0 } = process;
  return Number(exitCode) === 0
    ? undefined
    : `The program set its exit code to ${exitCode}, by which it failed`;
}

/**
 * A program may declare resources for as long as its event loop has work (timers, the AWS SDK's own handlers of
 * `beforeExit`), so the recording is complete only when the loop is empty twice with nothing new in between.
 */
function onceIdle(countRequests: () => number, whenIdle: () => void): void {
  let seen = -1;
  process.on("beforeExit", () => {
    const requests = countRequests();
    if (requests === seen) return whenIdle();
    seen = requests;
    setImmediate(() => {});
  });
}

function report(report: Report): void {
  process.send?.(report, () => process.exit(report.type === "recorded" ? 0 : 1));
}
