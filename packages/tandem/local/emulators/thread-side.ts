/** The thread's end of an emulator: listens, obeys the run, and closes its data in order. */
import { once } from "node:events";
import type { Server } from "node:http";
import { parentPort, workerData } from "node:worker_threads";
import { useSalt } from "../iam/credentials.ts";
import { Guard, type Refusal } from "../iam/guard.ts";
import { listenAt } from "../kept-ports.ts";
import { reportCalls } from "./call-reports.ts";
import type { Answered } from "./front.ts";
import {
  type FromThread,
  REFUSED_DECLARATION,
  type ThreadData,
  type ToThread,
  UNREADABLE_DATA,
} from "./messages.ts";

export interface EmulatorParts<Resources> {
  front: Server;
  port: number;
  /** Takes over what is declared. Gives the names of what is kept but no longer declared. */
  declare(resources: Resources): Promise<string[]>;
  tidy(): Promise<void>;
  /** Called once no request is on its way any more. */
  close(): Promise<void>;
}

/** Thrown by `declare` when the data of earlier runs is damaged. */
export class UnreadableData extends Error {
  override name = UNREADABLE_DATA;

  constructor({ message, cause }: Error) {
    super(cause instanceof Error ? `${message}, ${cause.message}` : message);
  }
}

/** Thrown by `declare` when AWS would not take what the program declares either. */
export class RefusedDeclaration extends Error {
  override name = REFUSED_DECLARATION;
}

let current = new Guard([]);

/** Of the roles that were declared last. */
export function guard(): Guard {
  return current;
}

export function reportRefusal(refusal: Refusal): void {
  post({ kind: "refused", refusal });
}

export function reportEvent(event: unknown): void {
  post({ kind: "event", event });
}

export function logLine(line: string): void {
  post({ kind: "log", line });
}

/** Given to the front: tells the run of every call, where somebody wants to know. */
export const answered: Answered | undefined = (workerData as ThreadData | undefined)?.isObserved
  ? reportCalls((calls) => post({ kind: "calls", calls }))
  : undefined;

export async function serve<Resources>(parts: EmulatorParts<Resources>): Promise<void> {
  const { front, port } = parts;
  useSalt((workerData as ThreadData).salt);
  const listened = await listenAt(front, port, (workerData as ThreadData).mayMove);
  parentPort?.on("message", (message: ToThread<Resources>) => {
    obey(parts, message).then(
      (kept) => post({ kind: "done", id: message.id, kept }),
      ({ name, message: text }: Error) => post({ kind: "failed", id: message.id, name, message: text }),
    );
  });
  post({ kind: "listening", port: listened });
}

async function obey<Resources>(
  parts: EmulatorParts<Resources>,
  message: ToThread<Resources>,
): Promise<string[]> {
  if (message.kind === "declare") {
    const kept = await parts.declare(message.resources);
    current = new Guard(message.roles);
    return kept;
  }
  if (message.kind === "tidy") await parts.tidy();
  else await stop(parts);
  return [];
}

async function stop<Resources>({ front, close }: EmulatorParts<Resources>): Promise<void> {
  const closed = once(front, "close");
  front.close();
  front.closeAllConnections();
  await closed;
  await close();
}

function post(message: FromThread<unknown>): void {
  parentPort?.postMessage(message);
}
