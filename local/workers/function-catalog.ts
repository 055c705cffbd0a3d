/** The functions of one recording, each with its unpacked code and its workers; only tried ones come out of here. */
import path from "node:path";
import type { Recording, Value } from "../../program/recording.ts";
import { FunctionPool } from "./function-pool.ts";
import { type Candidate, candidateKey, preflight } from "./preflight.ts";
import { type FunctionSettings, runnableFunctions } from "./settings.ts";
import { removeOtherCode, type UnpackedCode, unpackCode } from "./unpack.ts";
import type { WarmWorkers } from "./warm-workers.ts";
import type { WorkerFactory } from "./worker-factory.ts";

export interface ServedFunction {
  settings: FunctionSettings;
  code: UnpackedCode;
  pool: FunctionPool;
  /** Differs when the function has to be started anew. */
  signature: string;
}

/** By physical name. */
export type Functions = Map<string, ServedFunction>;

export interface CatalogOptions {
  factory: WorkerFactory;
  warm: WarmWorkers;
  /** Where unpacked code and what the preflight remembers are kept. */
  folder: string;
  /** Aborted when the run ends. */
  signal: AbortSignal;
}

export class FunctionCatalog {
  readonly #options: CatalogOptions;
  readonly #codeFolder: string;

  constructor(options: CatalogOptions) {
    this.#options = options;
    this.#codeFolder = path.join(options.folder, "code");
  }

  /** Functions that did not change stay those of `current`, with their warm workers. */
  async prepare(recording: Recording, current: Functions): Promise<Functions> {
    const functions: Functions = new Map();
    for (const settings of runnableFunctions(recording)) {
      const candidate = await this.#serve(settings, recording.cwd);
      const served = current.get(settings.name);
      functions.set(settings.name, served?.signature === candidate.signature ? served : candidate);
    }
    const fresh = [...functions.values()].filter((served) => current.get(served.settings.name) !== served);
    await this.#tryOrStop(fresh, () =>
      this.#preflight(fresh, path.join(this.#options.folder, "preflight.json")),
    );
    return functions;
  }

  /** The same function with other code, loaded and warm. */
  async withCode({ settings }: ServedFunction, code: Value, cwd: string): Promise<ServedFunction> {
    const served = await this.#serve({ ...settings, code }, cwd);
    await this.#tryOrStop([served], () => this.#preflight([served]));
    return served;
  }

  /** What earlier runs unpacked is removed; call it when nothing else is being prepared. */
  removeUnused(functions: Functions): void {
    removeOtherCode(this.#codeFolder, new Set([...functions.values()].map(({ code }) => code.hash)));
  }

  async #serve(settings: FunctionSettings, cwd: string): Promise<ServedFunction> {
    const code = await unpackCode(settings.code, cwd, this.#codeFolder);
    const { factory, warm } = this.#options;
    const pool = new FunctionPool(settings, {
      startWorker: (onEnd) => {
        warm.missed(settings.name);
        return factory.create(settings, code, onEnd);
      },
      idle: (worker) => warm.add(worker),
      busy: (worker) => warm.remove(worker),
    });
    const environment = factory.environment(settings, code, "");
    const signature = JSON.stringify([{ ...settings, code: code.hash }, environment]);
    return { settings, code, pool, signature };
  }

  async #preflight(fresh: ServedFunction[], memory?: string): Promise<void> {
    const { signal } = this.#options;
    const candidates = fresh.map((served) => this.#candidate(served));
    await preflight(candidates, memory === undefined ? { signal } : { memory, signal });
  }

  /** Local addresses are left out: ports differ from run to run and decide nothing while a function loads. */
  #candidate({ settings, code, pool }: ServedFunction): Candidate {
    const { handler, runtime, environment } = settings;
    const assignment = this.#options.factory.assignment(settings, code);
    const given = Object.keys(assignment.environment).sort();
    return { pool, assignment, key: candidateKey([code.hash, handler, runtime, environment, given]) };
  }

  async #tryOrStop(fresh: ServedFunction[], attempt: () => Promise<void>): Promise<void> {
    try {
      await attempt();
    } catch (error) {
      await Promise.all(fresh.map(({ pool }) => pool.stop()));
      throw error;
    }
  }
}
