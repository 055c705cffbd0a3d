/** `npm start`: runs the program on this machine until Ctrl-C. */
import { spawn } from "node:child_process";
import path from "node:path";
import type { Console } from "../../console/console.ts";
import { onInterrupt } from "../../local/interrupt.ts";
import { localSecrets } from "../../local/local-secrets.ts";
import { Filter } from "../../local/log/filter.ts";
import { FilteredLog } from "../../local/log/filtered-log.ts";
import { functionName, functionNames } from "../../local/log/function-names.ts";
import { PeopleLog } from "../../local/log/people-log.ts";
import type { Reloader } from "../../local/reload.ts";
import { requestLine } from "../../local/request-line.ts";
import type { LocalRun } from "../../local/run.ts";
import type { LogReader } from "../../local/services.ts";
import type { FunctionDebugger } from "../../local/workers/function-debugger.ts";
import { recordProgram } from "../../program/record-program.ts";
import { endRecordings } from "../../program/recorder-process.ts";
import { stackToRun } from "../../program/stack-files.ts";
import { boundCompileCache } from "../../shared/bound-compile-cache.ts";
import { findOwnProject } from "../../shared/own-project.ts";
import { LineWriter, paint } from "../../shared/terminal.ts";
import { asTyped } from "../as-typed.js";
import { common, parseOptions } from "../options.ts";
import { sameProgram } from "../run-that-is-up.ts";

const OPENERS: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/** Of the first API. */
const PORT = 3000;

/** A service that does not stop within this many milliseconds is left to the end of the process. */
const LONGEST_STOP_MS = 1_500;

export async function main(args: string[]): Promise<number> {
  const options = parseOptions("start", args, {
    stack: common.stackToRun,
    port: { type: "port", does: "Port of the first API; 0: any free one", default: PORT },
    host: { type: "string", does: "Address that the API listens at", default: "127.0.0.1" },
    cwd: common.cwd,
    reset: { type: "boolean", does: "Forget the data that earlier runs kept", default: false },
    strict: {
      type: "boolean",
      does: "Refuse to start with anything that cannot be realised or loaded here",
      default: false,
    },
    "allow-cloud": { type: "boolean", does: "Let functions reach addresses of the cloud", default: false },
    inspect: {
      type: "port",
      does: "Let a debugger hold functions at breakpoints; with its port, if not 9229: --inspect=9230",
      bare: 9229,
    },
    "no-console": { type: "boolean", does: "Leave out the page to look at", default: false },
    json: { ...common.json, does: "Show the log as Lambda writes it, as a pipe gets it" },
    filter: {
      type: "list",
      does: "Show only the log of these: a function's name, a level (and above), a request's id",
      default: [],
    },
    open: { type: "boolean", does: "Open the page to look at in the browser", default: false },
    verbose: common.verbose,
  });
  const output = new LineWriter();
  const write = (line: string) => output.write(line);
  const print = (line: string) => write(asTyped(line));
  // What functions and callers say stays as it is, whatever it speaks of.
  const asTheyCome: LogReader = {
    line: (_functionName, line) => write(line),
    request: (request) => write(requestLine(request)),
  };
  const filter = new Filter(options.filter);
  let running: LocalRun | undefined;
  let isInterrupted = false;
  const interrupted = new Promise<void>(onInterrupt).then(() => {
    isInterrupted = true;
    // A signal may reach this process alone, and a program may take long.
    if (running === undefined) endRecordings();
  });
  const { promise: lost, reject: lose } = Promise.withResolvers<never>();
  lost.catch(() => {}); // met where the run waits for its end
  const inspectedBy = options.inspect === undefined ? undefined : await newDebugger(options.inspect);
  const cwd = path.resolve(options.cwd);
  const program = { cwd, stack: options.stack ?? stackToRun(cwd) };
  // The program runs in its own process while everything else is being loaded here.
  const recorded = recordProgram({ ...program, config: localSecrets(program) });
  recorded.catch(() => {}); // a failure is met where the recording is waited for
  const [{ LocalRun }, { Reloader }, { readyLine, serviceInformation }, look] = await Promise.all([
    import("../../local/run.ts"),
    import("../../local/reload.ts"),
    import("../../local/service-information.ts"),
    options["no-console"] ? undefined : loadConsole(),
  ]);
  const nameOf = (physical: string) => (running ? functionName(running.recording, physical) : physical);
  const isForPeople = process.stdout.isTTY && !options.json;
  const reader: LogReader = isForPeople
    ? new PeopleLog({ write, filter, nameOf })
    : filter.isSet
      ? new FilteredLog({ write, filter, nameOf })
      : asTheyCome;
  const run = await LocalRun.open({
    ...program,
    recorded,
    listen: { host: options.host, port: options.port },
    reset: options.reset,
    strict: options.strict,
    allowCloud: options["allow-cloud"],
    observer: look?.recorder,
    debugger: inspectedBy,
    // One's own program is mended; of somebody else's the rest is worth a look.
    keepGoing: cwd !== findOwnProject(),
    lost: lose,
    log: print,
    reader,
  }).catch((error: unknown) => {
    // Ctrl-C ends the program that is being recorded, too.
    if (!isInterrupted) throw error;
  });
  if (run === undefined) {
    inspectedBy?.close();
    write("Stopping.");
    output.flush();
    return 0;
  }
  let reloader: Reloader | undefined;
  let page: Console | undefined;
  try {
    page = await look?.Console.open({ run, recorder: look.recorder, reloadError: () => reloader?.error });
    running = run;
    const port = options.port === PORT ? undefined : options.port;
    const shown = filter.describe(functionNames(run.recording));
    const facts = run.facts();
    print(serviceInformation(facts, sameProgram(program)));
    print(`${readyLine(facts, port)} Save a file to reload; Ctrl-C ends it, the data stays in .local/.`);
    if (shown !== undefined) write(shown);
    if (inspectedBy)
      write(
        `${paint("cyan", `Debugger at ${inspectedBy.address}`)}: VS Code attaches with F5, Chrome at chrome://inspect.`,
      );
    if (page) write(`Look at it: ${paint("cyan", page.url)}`);
    if (page && options.open) openInBrowser(page.url, write);
    reloader = new Reloader(run);
    void boundCompileCache();
    await Promise.race([interrupted, lost]);
  } finally {
    write("Stopping.");
    await page?.close();
    await reloader?.close();
    inspectedBy?.close();
    await Promise.race([run.stop(), new Promise((resolve) => setTimeout(resolve, LONGEST_STOP_MS).unref())]);
    reader.close?.();
    output.flush();
  }
  return 0;
}

async function newDebugger(port: number): Promise<FunctionDebugger> {
  const { FunctionDebugger } = await import("../../local/workers/function-debugger.ts");
  return FunctionDebugger.open(port);
}

async function loadConsole() {
  const [{ Console }, { Recorder }] = await Promise.all([
    import("../../console/console.ts"),
    import("../../console/recorder.ts"),
  ]);
  return { Console, recorder: new Recorder() };
}

function openInBrowser(url: string, print: (line: string) => void): void {
  const [command, ...before] = OPENERS[process.platform] ?? ["xdg-open"];
  const opener = spawn(command as string, [...before, url], { stdio: "ignore", detached: true });
  opener.on("error", ({ message }) =>
    print(`The page was not opened: ${message}. Its address stands above.`),
  );
  opener.unref();
}
