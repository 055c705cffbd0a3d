/**
 * The one interface every part of the local run has: a service realises a family of resource types of a recorded
 * program on this machine. `local/services.ts` lists them in the order in which they start; the end is the list reversed.
 */
import type { RecordedResource, Recording } from "../program/recording.ts";
import type { Ports } from "./kept-ports.ts";

export type ParityState = "realised" | "recorded only" | "unsupported";

/** What the local run does with one resource, and why. */
export interface Parity {
  state: ParityState;
  reason: string;
}

export interface LocalContext {
  recording: Recording;
  /** Folder for what this service keeps between starts, e.g. `.local/dynamodb`; made before `start`. */
  dataFolder(service: string): string;
  /** Where a service listens, the same from start to start. */
  ports: Ports;
  /** A line for the person at the terminal. */
  log(line: string): void;
  /** Aborted when the run ends. */
  signal: AbortSignal;
  /**
   * Text → text: what the recorded program calls by a cloud address is called by a local one. Applied to every
   * variable of a function and to the stack outputs shown. Services add to it in `start`.
   */
  addresses: Addresses;
}

/** What is known before the program is recorded. */
export type PrepareContext = Pick<LocalContext, "dataFolder" | "ports" | "log" | "signal">;

export interface Addresses {
  /** Every occurrence of `cloud` in a value becomes `local`; longer strings first. */
  replace(cloud: string, local: string): void;
  /** What a function calls over TLS by one of these names, e.g. `127.0.0.1:4000`, is answered on this machine without, at the port. */
  withoutTls(hosts: readonly string[], port: number): void;
  /** Host and port as they are called → port of this machine. */
  plainPorts(): Record<string, number>;
  /** Where text replacement is not enough (a connection string loses its authMechanism): any value → value. */
  rewrite(rule: (value: string) => string): void;
  /** Variable that every function gets besides its own, e.g. `AWS_ENDPOINT_URL_DYNAMODB`. */
  variable(name: string, value: string): void;
  apply(value: string): string;
  variables(): Record<string, string>;
}

export interface Service {
  name: string;
  /**
   * Called while the program is still being recorded: brings up early what an earlier run of this folder needed. `start`
   * follows and reports what went wrong, or `stop` when the program does not run.
   */
  prepare?(surroundings: PrepareContext): void;
  /** What this service does with a resource; undefined when it is not of its family. */
  parity(resource: RecordedResource, recording: Recording): Parity | undefined;
  start(context: LocalContext): Promise<void>;
  /** The program was recorded again: take over what differs without dropping what did not. */
  update?(context: LocalContext): Promise<void>;
  stop(): Promise<void>;
}
