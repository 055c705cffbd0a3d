/** What a poller does when it could not read or hand over: it says why once, and waits before it tries again. */
import { setTimeout as pause } from "node:timers/promises";
import { ServiceError } from "../json-client.ts";

export const RETRY_MS = 1000;
/** A missing permission does not appear by itself, but a reload may bring it. */
const REFUSED_MS = 5000;

export interface RecoveryOptions {
  /** For the log: `Queue arn:… → work`. */
  name: string;
  /** How the service calls a missing permission. */
  refusal: string;
  signal: AbortSignal;
  log(line: string): void;
}

export class Recovery {
  readonly #options: RecoveryOptions;
  #lastTrouble = "";

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** It went well: the same trouble is said again when it comes again. */
  over(): void {
    this.#lastTrouble = "";
  }

  /** Resolves when it may be tried again, or at once when the poller is stopped. */
  async after(error: Error): Promise<void> {
    const { name, refusal, log } = this.#options;
    // The guard has said already what permission is missing.
    const refused = error instanceof ServiceError && error.code === refusal;
    if (!refused && error.message !== this.#lastTrouble) log(`${name}: ${error.message}; trying again.`);
    this.#lastTrouble = error.message;
    await this.pause(refused ? REFUSED_MS : RETRY_MS);
  }

  async pause(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.#options.signal }).catch(() => {});
  }
}
