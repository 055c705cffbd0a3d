/**
 * What tests of handlers are made with: the functions of the recorded program as the local run has them, with the variables of
 * their links, the permissions of their roles, and the tables, queues, buckets and collections that the program declares.
 */
import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { stackToRun } from "../program/stack-files.ts";
import { sibling } from "../shared/places.js";
import { UserError } from "../shared/user-error.js";

/** What a function behind a route answers. */
export interface HttpResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

export interface ProgramUnderTest {
  /**
   * Calls a function by its name in the program, with the event that its caller would send.
   * @returns what the handler returned
   * @throws an error of the name and message that the handler threw
   */
  invoke<Answer = HttpResponse>(functionName: string, event: unknown): Promise<Answer>;
  /** Ends the stores. Without it they end with the process of the tests. */
  stop(): Promise<void>;
}

export interface UnderTestOptions {
  /** Folder with Pulumi.yaml; that of the process unless given. */
  cwd?: string;
  /** Unless given `dev`, or the only one. */
  stack?: string;
}

/** From the process that has the stores: what is up, then an answer for each call. */
export type Reply =
  | { ready: true }
  | { failed: string }
  | { log: string }
  | { call: number; result: unknown }
  | { call: number; error: { name: string; message: string } };

export interface TestCall {
  call: number;
  functionName: string;
  event: unknown;
}

const programs = new Map<string, Promise<ProgramUnderTest>>();

/** The program with empty stores of its own, started once a process of tests. A run that is up, and its data, are left alone. */
export function programUnderTest(options: UnderTestOptions = {}): Promise<ProgramUnderTest> {
  const cwd = path.resolve(options.cwd ?? process.cwd());
  const stack = options.stack ?? stackToRun(cwd);
  const key = JSON.stringify([cwd, stack]);
  const known = programs.get(key) ?? start(cwd, stack, () => programs.delete(key));
  programs.set(key, known);
  return known;
}

/** In a process of its own, which ends with this one: nothing here waits for its stores. */
async function start(cwd: string, stack: string, forget: () => void): Promise<ProgramUnderTest> {
  const child = fork(fileURLToPath(sibling(import.meta.url, "under-test-main")), [cwd, stack], {
    cwd,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    serialization: "advanced",
  });
  const calls = new Map<number, PromiseWithResolvers<unknown>>();
  let refusal: Error | undefined;
  /** Not told yet: who calls next has it among what its test prints. */
  let lines: string[] = [];
  child.on("message", (reply: Reply) => {
    if ("log" in reply) lines.push(reply.log);
  });
  await ready(child);
  child.on("message", (reply: Reply) => {
    if (!("call" in reply)) return;
    const waiting = calls.get(reply.call);
    calls.delete(reply.call);
    if (calls.size === 0) rest(child);
    if ("error" in reply)
      waiting?.reject(Object.assign(new Error(reply.error.message), { name: reply.error.name }));
    else waiting?.resolve(reply.result);
  });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", (code) => {
      forget();
      const end = new Error(`the program under test ended (exit code ${code}) before it answered`);
      for (const waiting of calls.values()) waiting.reject(end);
      refusal = end;
      resolve();
    });
  });
  rest(child);
  let last = 0;
  return {
    async invoke<Answer>(functionName: string, event: unknown): Promise<Answer> {
      if (refusal) throw refusal;
      const call = last++;
      const waiting = Promise.withResolvers<unknown>();
      calls.set(call, waiting);
      child.channel?.ref();
      // A process that cannot be told has ended or is about to, and its exit says how.
      child.send({ call, functionName, event } satisfies TestCall, () => {});
      try {
        return (await waiting.promise) as Answer;
      } finally {
        for (const line of lines) console.error(line);
        lines = [];
      }
    },
    async stop() {
      child.ref();
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** Nobody waits for it now: it keeps no process alive. */
function rest(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code) =>
      reject(new Error(`the program under test did not start (exit code ${code})`)),
    );
    child.on("message", (reply: Reply) => {
      if ("failed" in reply) reject(new UserError(reply.failed));
      else if ("ready" in reply) resolve();
    });
  });
}
