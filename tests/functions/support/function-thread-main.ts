// #region books or movies
/** The other side of `FunctionThread`. */
import { enableCompileCache } from "node:module";
import { parentPort, workerData } from "node:worker_threads";

const { compileCache } = workerData as { compileCache: string | undefined };
if (compileCache !== undefined) enableCompileCache(compileCache);

interface Question {
  call: number;
  /** Relative to `functions/`, without extension. */
  file: string;
  /** Without one the file is only loaded. */
  event?: unknown;
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

async function outcomeOf({ file, event }: Question): Promise<unknown> {
  try {
    const url = new URL(`../../../functions/${file}.ts`, import.meta.url).href;
    const { handler } = (await import(url)) as Handling;
    return { result: event === undefined ? undefined : await handler(event, context) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { error: { name, message } };
  }
}
