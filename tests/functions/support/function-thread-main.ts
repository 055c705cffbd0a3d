/** The other side of `FunctionThread`. */
import { parentPort, workerData } from "node:worker_threads";

const { handler } = (await import(workerData.handlerFile)) as {
  handler: (event: unknown, context: object) => Promise<unknown>;
};

const context = {
  functionName: "tandem-test-function",
  functionVersion: "$LATEST",
  invokedFunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:tandem-test-function",
  memoryLimitInMB: "256",
  awsRequestId: "b1f6b3a0-5c3d-4c66-9d5e-1a2b3c4d5e6f",
};

parentPort?.on("message", async ({ call, event }: { call: number; event: unknown }) => {
  parentPort?.postMessage({ call, outcome: await outcomeOf(event) });
});
parentPort?.postMessage("loaded");

async function outcomeOf(event: unknown): Promise<unknown> {
  try {
    return { result: await handler(event, context) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { error: { name, message } };
  }
}
