/** Loads a program's sample data the first time it runs here: there is something to show at once. */
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { writeByRename } from "../../shared/write-by-rename.ts";
import type { LateStore } from "../mongodb/late-store.ts";
import type { LocalContext, Service } from "../service.ts";
import { offersSeeds, SEEDS_FILE } from "./seed.ts";

export class SeedService implements Service {
  readonly name = "seed";
  readonly #lateStore: () => LateStore | undefined;
  #context: LocalContext | undefined;

  /** `lateStore`: one that takes no data yet. */
  constructor(lateStore: () => LateStore | undefined = () => undefined) {
    this.#lateStore = lateStore;
  }

  parity(): undefined {
    return undefined;
  }

  /** What loads is loaded only when there is something to load: database drivers take longer than all the rest. */
  async start(context: LocalContext): Promise<void> {
    this.#context = context;
    await this.#load(context, this.#lateStore()?.address);
  }

  /** What the store that was late has to have. */
  async loadLate(): Promise<void> {
    if (this.#context) await this.#load(this.#context, undefined);
  }

  async #load(context: LocalContext, notInto: string | undefined): Promise<void> {
    const file = path.join(context.recording.cwd, SEEDS_FILE);
    if (!existsSync(file)) return;
    if (!offersSeeds(context.recording.cwd)) {
      context.log(`${SEEDS_FILE} exports no seeds, so it is not run and no sample data is loaded.`);
      return;
    }
    const marker = path.join(context.dataFolder(this.name), "complete");
    const { size, mtimeMs } = statSync(file);
    const stamp = `${size} ${mtimeMs}`;
    if (existsSync(marker) && readFileSync(marker, "utf8") === stamp) return;
    const { loadMissing } = await import("./load-missing.ts");
    if (await loadMissing(context, context.dataFolder(this.name), notInto)) writeByRename(marker, stamp);
  }

  async stop(): Promise<void> {}
}
