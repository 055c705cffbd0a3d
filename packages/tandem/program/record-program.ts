/**
 * Records a whole Pulumi program: a folder with a Pulumi.yaml and the name of a stack. The program runs in a process of
 * its own, so that it finds an untouched SDK and its memory goes when it is done.
 */
import { readAnswersFile } from "./answers-file.ts";
import { isEsModule } from "./compatible.ts";
import { placeholderIn } from "./config-types.ts";
import { ProgramError } from "./errors.ts";
import type { GivenAnswer } from "./invokes/invoke-answer.ts";
import type { Job, Report } from "./messages.ts";
import { preloadedFiles } from "./node-arguments.ts";
import { readProject } from "./project.ts";
import { recorderProcess } from "./recorder-process.ts";
import type { Recording, Value } from "./recording.ts";
import type { StackReferences } from "./stack-references.ts";

export interface RecordProgramOptions {
  /** Folder that holds Pulumi.yaml. */
  cwd: string;
  stack: string;
  /** Goes before the stack's file; by full key (`aws:region`), or by the project's own (`logLevel`). */
  config?: Record<string, Value>;
  /** What only a cloud knows stays unknown, as in `pulumi preview`. */
  preview?: boolean;
  /** With `preview`: of a stack that is deployed already, so that what it declares is known. */
  deployed?: boolean;
  /** Leaves out of every answer the parts at this depth and below, as providers do (outputs/left-out.ts). */
  leaveOutFrom?: number;
  /** False records without bundling the functions' code. */
  bundle?: boolean;
  /** Outputs of other stacks, by the stack's full name; go before those of recording.yaml. */
  stackReferences?: StackReferences;
  /** Answers for functions of providers, by token; go before those of recording.yaml. */
  invokes?: Record<string, GivenAnswer>;
  /** Variables of the program's process besides those of this one. */
  environment?: Record<string, string>;
  /** What the program itself writes to stdout and stderr; without it, it goes nowhere. */
  onOutput?: (text: string) => void;
  /** Ends the program's process and rejects with the signal's AbortError. */
  signal?: AbortSignal;
  /** Milliseconds after which a program that still runs is given up; two minutes unless told. */
  timeLimit?: number;
}

/** Long enough to bundle a hundred functions on a slow machine, short enough to notice an endless loop. */
const TIME_LIMIT = 120_000;

/** Of the SDK, about a stand-in that a function written inline has in it: the debugger shows it for what it is. */
const NO_FUNCTION = /^Remote object was not 'function': .*"subtype":"proxy"/;

export async function recordProgram(options: RecordProgramOptions): Promise<Recording> {
  const project = readProject(options);
  const answers = readAnswersFile(project.folders.project);
  let job: Job = {
    main: project.main,
    bundle: options.bundle ?? true,
    // Node would take a program of a package without a type for an ES module, where Pulumi makes it CommonJS.
    compile: project.compiler.typescript && !isEsModule(project.main),
    compiler: project.compiler,
    standIns: isEsModule(project.main),
    session: {
      project: project.name,
      stack: project.stack,
      preview: options.preview ?? false,
      deployed: options.deployed,
      leaveOutFrom: options.leaveOutFrom,
      folders: project.folders,
      config: project.config,
      invokes: { ...answers.invokes, ...options.invokes },
      stackReferences: { ...answers.stackReferences, ...options.stackReferences },
    },
  };
  const { nodeArguments } = project;
  const start = { nodeArguments, folder: project.folders.program };
  let report = await runChild(job, start, options);
  if (report.type === "failed" && report.compilable && !job.compile) {
    job = { ...job, compile: true };
    report = await runChild(job, start, options);
  }
  if (report.type === "failed" && job.standIns && NO_FUNCTION.test(report.reason)) {
    report = await runChild({ ...job, standIns: false }, start, options);
  }
  if (report.type === "failed") throw new ProgramError(advised(report.reason), report.position, report.stack);
  const { sources, diagnostics } = report.recording;
  const besides = [...preloadedFiles(nodeArguments, start.folder), answers.file ?? []].flat();
  return {
    ...report.recording,
    sources: [...new Set([...sources, ...besides])],
    diagnostics: [...project.warnings, ...diagnostics],
  };
}

/** A program that reads a secret as a number or an object fails at what stands for it here. */
function advised(reason: string): string {
  const key = placeholderIn(reason);
  if (key === undefined) return reason;
  return (
    `${reason}\n${key} is a secret, which is not decrypted here: a text stands for it. Declare its type in Pulumi.yaml ` +
    "(`type: integer`), or give it a value in .local/secrets.yaml, which local runs read."
  );
}

interface Start {
  nodeArguments: string[];
  /** Where Pulumi starts Node. */
  folder: string;
}

function runChild(
  job: Job,
  { nodeArguments, folder }: Start,
  options: RecordProgramOptions,
): Promise<Report> {
  const { environment, onOutput, signal, timeLimit = TIME_LIMIT } = options;
  return new Promise((resolve, reject) => {
    const child = recorderProcess({ nodeArguments, folder, environment, signal });
    const limit = setTimeout(() => {
      child.kill("SIGKILL");
      reject(
        new ProgramError(`The program did not finish within ${timeLimit / 1000} s`, {
          file: job.main,
          line: 1,
        }),
      );
    }, timeLimit);
    let output = "";
    const keep = (chunk: Buffer) => {
      output += chunk;
      onOutput?.(String(chunk));
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    child.on("error", reject);
    child.on("message", (report) => {
      clearTimeout(limit);
      resolve(report as Report);
    });
    // After a report this changes nothing any more.
    child.on("close", (code, killed) => {
      clearTimeout(limit);
      const started = nodeArguments.length === 0 ? "" : `, started with nodeargs ${nodeArguments.join(" ")}`;
      const how = killed === null ? `with exit code ${code}` : `by ${killed}`;
      reject(
        new ProgramError(
          `The program ended its own process ${how} before it was recorded${started}\n${output}`.trimEnd(),
        ),
      );
    });
    // A process that cannot be told has ended, as of an option that Node does not know: its exit says how.
    child.send(job, () => {});
  });
}
