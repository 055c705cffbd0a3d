/**
 * Loads every bundle once before it is deployed, with exactly the variables the function will have, so that a variable
 * that no link gives is found here and not by the first request.
 */
import { Worker } from "node:worker_threads";
import { Mistake } from "./mistake.ts";

export interface Candidate {
  functionName: string;
  code: string;
  variables: string[];
}

/** A module may read a variable at load; its value is known to the cloud only. */
const UNKNOWN_VALUE = "known-after-deployment";

/** What Lambda itself puts into every environment and a module may read at load. */
const lambdaVariables = {
  AWS_REGION: "eu-central-1",
  AWS_LAMBDA_FUNCTION_NAME: "load-check",
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
  AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
};

const LOADER = `
const { parentPort, workerData } = require("node:worker_threads");
const loaded = { exports: {} };
new Function("module", "exports", "require", "__filename", "__dirname", workerData)(
  loaded, loaded.exports, require, "/var/task/index.js", "/var/task");
if (typeof loaded.exports.handler !== "function") throw new Error("the file exports no function named handler");
parentPort.postMessage("loaded");
`;

export async function checkLoading(candidates: Candidate[]): Promise<void> {
  const failures: string[] = [];
  for (const candidate of candidates) {
    const reason = await failureToLoad(candidate);
    if (reason !== undefined) failures.push(explain(candidate, reason));
  }
  if (failures.length > 0) throw new Mistake(failures.join("\n"));
}

async function failureToLoad({ code, variables }: Candidate): Promise<string | undefined> {
  const given = Object.fromEntries(variables.map((name) => [name, UNKNOWN_VALUE]));
  const worker = new Worker(LOADER, { eval: true, workerData: code, env: { ...lambdaVariables, ...given } });
  const reason = await new Promise<string | undefined>((resolve) => {
    worker.once("message", () => resolve(undefined));
    worker.once("error", (error: Error) => resolve(error.message));
    worker.once("exit", (status) => resolve(`it ended the process with status ${status} while loading`));
  });
  await worker.terminate();
  return reason;
}

function explain({ functionName, variables }: Candidate, reason: string): string {
  const given = variables.join(", ") || "none";
  return `Function "${functionName}" does not load with the variables it is given (${given}): ${reason}`;
}
