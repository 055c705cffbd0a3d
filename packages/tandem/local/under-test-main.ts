/** The other side of `programUnderTest`: one local run without a gateway and without sample data, in a folder that goes with it. */
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { ofType } from "../program/reading/resources.ts";
import { makeFolder } from "../shared/make-folder.js";
import { answeredValue, type InvokeResult } from "./invocation.ts";
import { LocalRun } from "./run.ts";
import type { Reply, TestCall } from "./under-test.ts";
import { FUNCTION, functionSettings } from "./workers/settings.ts";

const [cwd = "", stack = ""] = process.argv.slice(2);
// In the project: code finds the project's packages from where it is unpacked.
makeFolder(path.join(cwd, ".local"));
const stateFolder = mkdtempSync(path.join(cwd, ".local", "under-test-"));
process.once("exit", () => rmSync(stateFolder, { recursive: true, force: true }));
const send = (reply: Reply) => {
  // Nobody listens any more: the run is being stopped.
  if (process.connected) process.send?.(reply);
};

try {
  const run = await LocalRun.open({
    cwd,
    stack,
    stateFolder,
    seeds: false,
    keepGoing: true,
    // A process of tests calls few of them.
    loadOnCall: true,
    log: (line) => send({ log: line }),
  });
  process.once("disconnect", () => void run.stop().finally(() => process.exit()));
  process.on("message", (call: TestCall) => void answer(run, call).then(send));
  send({ ready: true });
} catch (error) {
  send({ failed: error instanceof Error ? error.message : String(error) });
  process.disconnect?.();
}

async function answer(run: LocalRun, { call, functionName, event }: TestCall): Promise<Reply> {
  try {
    const name = physicalName(run, functionName);
    return { call, result: resultOf(functionName, await run.services.workers.invoke(name, event)) };
  } catch (error) {
    const { name, message } = error as Error;
    return { call, error: { name, message } };
  }
}

function physicalName({ recording }: LocalRun, functionName: string): string {
  const functions = ofType(recording, FUNCTION);
  const found = functions.find(({ name }) => name === functionName);
  if (found) return functionSettings(found, recording).name;
  throw new Error(
    `The program has no function ${functionName}. It has: ${functions.map(({ name }) => name).join(", ")}.`,
  );
}

function resultOf(functionName: string, { status, payload, error }: InvokeResult): unknown {
  if (status === "ok") return answeredValue(payload);
  if (error) throw Object.assign(new Error(error.errorMessage), { name: error.errorType });
  throw new Error(`${functionName} was throttled: its reserved concurrency is used up`);
}
