/** The console of a run, as a script asks it. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { StartedProcess } from "../local/start/support.ts";
import { PATIENCE_MS } from "../support/patience.ts";

export class AskedConsole {
  readonly link: string;
  readonly origin: string;
  readonly token: string;

  constructor([link, origin, token]: readonly [link: string, origin: string, token: string]) {
    this.link = link;
    this.origin = origin;
    this.token = token;
  }

  static async of(run: StartedProcess): Promise<AskedConsole> {
    return new AskedConsole(await AskedConsole.address(run));
  }

  /** As the last line of a start says it. */
  static async address(run: StartedProcess): Promise<[link: string, origin: string, token: string]> {
    const [, link = "", origin = "", token = ""] = await run.waitForOutput(
      /^Look at it: ((http:\S+)\/\?token=(\S+))$/m,
    );
    return [link, origin, token];
  }

  get headers(): { authorization: string } {
    return { authorization: `Bearer ${this.token}` };
  }

  async ask<T>(path: string): Promise<T> {
    const response = await fetch(this.origin + path, { headers: this.headers });
    return (await response.json()) as T;
  }

  /** Asks until the answer is what is waited for: what a click sets off may be over before the page shows it. */
  async until<T>(path: string, isSo: (answer: T) => boolean): Promise<T> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const answer = await this.ask<T>(path);
      if (isSo(answer)) return answer;
      if (Date.now() > end) assert.fail(`${path} goes on answering ${JSON.stringify(answer)}`);
      await pause(50);
    }
  }
}
