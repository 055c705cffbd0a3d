// #region books or movies
/** The other side of `FunctionThread`. */
import { enableCompileCache, registerHooks } from "node:module";
import { parentPort, workerData } from "node:worker_threads";

const { compileCache } = workerData as { compileCache: string | undefined };
if (compileCache !== undefined) enableCompileCache(compileCache);

export interface Question {
  call: number;
  /** Relative to `functions/`, without extension. */
  file: string;
  /** Without one the file is only loaded. */
  event?: unknown;
  /** With exactly these variables the file, and all of `functions/` that it imports, is loaded anew. */
  environment?: Record<string, string>;
}

interface Handling {
  handler(event: unknown, context: object): Promise<unknown>;
}

const context = {
  functionName: "tandem-test-function",
  functionVersion: "$LATEST",
  invokedFunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:tandem-test-function",
  memoryLimitInMB: "256",
  awsRequestId: "b1f6b3a0-5c3d-4c66-9d5e-1a2b3c4d5e6f",
};

parentPort?.on("message", async (question: Question) => {
  const outcome = await outcomeOf(question);
  await Promise.all([process.stdout, process.stderr].map(untilRead));
  parentPort?.postMessage({ call: question.call, outcome });
});

/** Output goes another way than the outcome, a piece each time that the test's thread asks for one: it would come after it. */
async function untilRead(stream: NodeJS.WriteStream): Promise<void> {
  await new Promise((resolve) => stream.write("", resolve));
}

const functions = new URL("../../../functions/", import.meta.url).href;
let turn = 0;

/** A module is evaluated once under each address. Packages keep theirs. */
function beginAnew(environment: Record<string, string>): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  if (turn++ > 0) return;
  registerHooks({
    resolve(specifier, from, next) {
      const found = next(specifier, from);
      return found.url.startsWith(functions)
        ? { ...found, url: `${found.url.split("?", 1)}?${turn}` }
        : found;
    },
  });
}

async function outcomeOf({ file, event, environment }: Question): Promise<unknown> {
  try {
    if (environment) beginAnew(environment);
    const url = new URL(`${file}.ts`, functions).href;
    const { handler } = (await import(url)) as Handling;
    return { result: event === undefined ? undefined : await handler(event, context) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { error: { name, message } };
  }
}
