/** The page to look at a local run: opened beside it, and known to nothing of it. */
import { stripVTControlCharacters } from "node:util";
import type { LocalRun } from "../local/run.ts";
import { Api } from "./api.ts";
import { Live } from "./live.ts";
import { type PageFiles, pageFiles } from "./page-files.ts";
import type { Recorder } from "./recorder.ts";
import { ConsoleServer } from "./server.ts";

export interface ConsoleOptions {
  run: LocalRun;
  recorder: Recorder;
  /** Why the last reload failed; undefined while the program is as its files say. */
  reloadError(): string | undefined;
}

export class Console {
  readonly #server: ConsoleServer;
  readonly #api: Api;

  static async open(options: ConsoleOptions): Promise<Console> {
    const opened = new Console(options);
    await opened.#server.listen(options.run.context.ports.of("Console"));
    opened.#api.begin();
    return opened;
  }

  private constructor({ run, recorder, reloadError }: ConsoleOptions) {
    const api = new Api(run, recorder);
    const state = () => {
      const error = reloadError();
      return { error: error === undefined ? null : stripVTControlCharacters(error), url: run.url };
    };
    const live = new Live(recorder, () => api.mask, state);
    let files: Promise<PageFiles> | undefined;
    this.#api = api;
    this.#server = new ConsoleServer({
      async file(name) {
        // A build that failed is tried again when the page is loaded again.
        files ??= pageFiles().catch((error: unknown) => {
          files = undefined;
          throw error;
        });
        return (await files).get(name);
      },
      api: (asked) => api.answer(asked),
      live: (send) => live.add(send),
    });
  }

  get url(): string {
    return this.#server.url;
  }

  async close(): Promise<void> {
    await this.#server.close();
    await this.#api.close();
  }
}
