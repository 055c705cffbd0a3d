/**
 * Asks a command in this process, for tests of what it says and does: a process of its own would load all of it anew. What a
 * process adds (arguments, exit code, signals, terminal) is what tandem.test.ts and a test of each command's own are about.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { pathToFileURL } from "node:url";
import { asTyped } from "../../cli/as-typed.js";
import { commandFile } from "../../cli/command-files.js";
import { recordProgram } from "../../program/record-program.ts";
import { UserError } from "../../shared/user-error.js";

export interface Answer {
  code: number;
  stdout: string;
  stderr: string;
}

type Write = NodeJS.WriteStream["write"];

const asked = new AsyncLocalStorage<Answer>();
capture("stdout");
capture("stderr");

/** What a command refuses is told as it tells a person; any other error rejects. */
export function ask(name: string, ...args: string[]): Promise<Answer> {
  return askOf(recordProgram, name, ...args);
}

/** @param record what a command gets that records a program, for tests of what it says of a recording that they have */
export async function askOf(record: typeof recordProgram, name: string, ...args: string[]): Promise<Answer> {
  const file = commandFile(name);
  if (file === undefined) throw new Error(`There is no command ${name}.`);
  const { main } = (await import(pathToFileURL(file).href)) as {
    main(args: string[], record: typeof recordProgram): Promise<number>;
  };
  const answer: Answer = { code: 0, stdout: "", stderr: "" };
  return asked.run(answer, async () => {
    try {
      answer.code = await main(args, record);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      answer.code = 1;
      answer.stderr += `error: ${asTyped(error.message)}\n`;
    }
    return answer;
  });
}

/** Of whatever runs on behalf of a command that was asked; others write as before. */
function capture(name: "stdout" | "stderr"): void {
  const stream = process[name];
  const write = stream.write.bind(stream) as (...all: unknown[]) => boolean;
  stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    const answer = asked.getStore();
    if (answer === undefined) return write(chunk, ...rest);
    answer[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    const written = rest.find((one) => typeof one === "function");
    if (written) process.nextTick(written as () => void);
    return true;
  }) as Write;
  // Whoever runs these tests may sit at a terminal; a command that is asked does not.
  const { isTTY } = stream;
  Object.defineProperty(stream, "isTTY", {
    configurable: true,
    get: () => (asked.getStore() === undefined ? isTTY : false),
  });
}
