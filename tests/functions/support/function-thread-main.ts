// #region books or movies
/** The other side of `FunctionThread`. */
import { parentPort } from "node:worker_threads";

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
  parentPort?.postMessage({ call: question.call, outcome: await outcomeOf(question) });
});

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
