/** What the run and the thread of an emulator say to each other. */
import type { Refusal, Role } from "../iam/guard.ts";
import type { StoreCallsEvent } from "../observer.ts";

/** Name of the error by which a thread says that its data is damaged. */
export const UNREADABLE_DATA = "UnreadableData";

/** Name of the error by which a thread says that what the program declares cannot be: its message is for the person. */
export const REFUSED_DECLARATION = "RefusedDeclaration";

/** What a thread needs to come up. */
export interface ThreadData {
  /** Where its data is. */
  folder: string;
  /** That of the last run, 0 for any; when the thread is started again, the one that everybody was told. */
  port: number;
  /** Nobody has been told the port yet. */
  mayMove: boolean;
  /** Of the run's keys. */
  salt: string;
  /** Somebody wants to know of every call. */
  isObserved: boolean;
}

/** `Resources`: what the program declares of the emulator's kind, as plain JSON. */
export type ToThread<Resources> =
  | { kind: "declare"; id: number; resources: Resources; roles: readonly Role[] }
  /** What would be done in a while is done now. */
  | { kind: "tidy"; id: number }
  | { kind: "stop"; id: number };

/** `Event`: what happened in the emulator that others act on. */
export type FromThread<Event> =
  | { kind: "listening"; port: number }
  /** `kept`: names of what earlier programs declared and this one does not. */
  | { kind: "done"; id: number; kept: string[] }
  | { kind: "failed"; id: number; name: string; message: string }
  | { kind: "refused"; refusal: Refusal }
  | { kind: "event"; event: Event }
  | { kind: "calls"; calls: Omit<StoreCallsEvent, "store"> }
  /** A line for the person at the terminal. */
  | { kind: "log"; line: string };
