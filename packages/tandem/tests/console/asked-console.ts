/** The console of a run, as a script asks it. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { StartedProcess } from "../local/start/support.ts";
import { PATIENCE_MS } from "../support/patience.ts";

interface AskedRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

export class AskedConsole {
  /** As a person opens it, with the token of the run. */
  readonly link: string;

  constructor(link: string) {
    this.link = link;
  }

  static async of(run: StartedProcess): Promise<AskedConsole> {
    return new AskedConsole(await AskedConsole.linkOf(run));
  }

  /** As the last line of a start says it. */
  static async linkOf(run: StartedProcess): Promise<string> {
    const [, link = ""] = await run.waitForOutput(/Look at it: (http:\S+\/\?token=[\w-]+)/);
    return link;
  }

  get origin(): string {
    return new URL(this.link).origin;
  }

  get token(): string {
    return new URL(this.link).searchParams.get("token") ?? "";
  }

  fetch(path: string, { headers, ...more }: AskedRequest = {}): Promise<Response> {
    const authorization = `Bearer ${this.token}`;
    return fetch(this.origin + path, { ...more, headers: { authorization, ...headers } });
  }

  async ask<T>(path: string): Promise<T> {
    const response = await this.fetch(path);
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
