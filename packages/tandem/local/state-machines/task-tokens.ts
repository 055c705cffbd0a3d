/** Tasks that wait until somebody sends their token back. */
import { randomBytes } from "node:crypto";
import { after } from "../pausable-clock.ts";
import { untilAborted } from "../until-aborted.ts";
import { StateError } from "./language/state-error.ts";

interface Waiting {
  machineArn: string;
  succeed(output: unknown): void;
  fail(error: StateError): void;
  beat(): void;
}

const TOKEN_BYTES = 48;
const SECOND_MS = 1_000;

export class TaskTokens {
  readonly #waiting = new Map<string, Waiting>();

  create(): string {
    return randomBytes(TOKEN_BYTES).toString("base64");
  }

  /** From now on the token may come back. Rejects with a StateError, or when aborted. */
  wait(
    token: string,
    machineArn: string,
    heartbeatSeconds: number | undefined,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    let stopClock = () => {};
    const beat = () => {
      stopClock();
      if (heartbeatSeconds === undefined) return;
      stopClock = after(heartbeatSeconds * SECOND_MS, () =>
        reject(new StateError("States.HeartbeatTimeout")),
      );
    };
    this.#waiting.set(token, { machineArn, succeed: resolve, fail: reject, beat });
    beat();
    return untilAborted(promise, signal).finally(() => {
      stopClock();
      this.#waiting.delete(token);
    });
  }

  /** Undefined where no task waits for it. */
  get(token: string): Waiting | undefined {
    return this.#waiting.get(token);
  }
}
