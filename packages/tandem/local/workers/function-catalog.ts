/** The functions of one recording, each with its unpacked code and its workers; only tried ones come out of here. */
import path from "node:path";
import type { Build, Recording, Value } from "../../program/recording.ts";
import { DeploymentRefusals } from "../deployment-refusals.ts";
import { LAMBDA } from "../iam/assumptions.ts";
import { deniedAssumptions } from "../iam/trust.ts";
import { type LateStore, needs } from "../mongodb/late-store.ts";
import { builtAs } from "../rebuild.ts";
import { debugBuild } from "../source-maps/debug-build.ts";
import { FunctionPlaces } from "../source-maps/function-places.ts";
import { declaredRefusals } from "./declared-refusals.ts";
import { FunctionPool } from "./function-pool.ts";
import { unpackLayers } from "./layers.ts";
import {
  type Candidate,
  candidateKey,
  checkLoading,
  type NotLoaded,
  notEveryFunction,
} from "./load-check.ts";
import { refusals } from "./refusals.ts";
import { type FunctionSettings, functionSettings, runnableFunctions } from "./settings.ts";
import { removeOtherCode, type UnpackedCode, unpackCode } from "./unpack.ts";
import type { WarmWorkers } from "./warm-workers.ts";
import type { WorkerFactory } from "./worker-factory.ts";

export interface ServedFunction {
  settings: FunctionSettings;
  code: UnpackedCode;
  /** What it sees as /opt. */
  layers: UnpackedCode | undefined;
  pool: FunctionPool;
  /** All that it can read of its surroundings. */
  environment: Record<string, string>;
  /** Differs when the function has to be started anew. */
  signature: string;
}

/** By physical name. */
export type Functions = Map<string, ServedFunction>;

export interface CatalogOptions {
  factory: WorkerFactory;
  /** Undefined where every worker is kept. */
  warm: WarmWorkers | undefined;
  /** Where unpacked code and what the load check remembers are kept. */
  folder: string;
  /** Aborted when the run ends. */
  signal: AbortSignal;
  /** The rest is served where a function cannot be loaded; each is said by a line. */
  keepGoing: boolean;
  /** A function is tried by `tryFirst`, not here. */
  loadOnCall: boolean;
  /** Code is built anew as a debugger wants it, where the program says how. */
  forDebugger: boolean;
  /** A store that is not there yet: functions that need it are tried when it is. */
  lateStore(): LateStore | undefined;
  log(line: string): void;
}

export class FunctionCatalog {
  readonly #options: CatalogOptions;
  readonly #codeFolder: string;
  readonly #refusals = new DeploymentRefusals(true);
  /** Physical name of each function that could not be loaded, and why. */
  readonly notLoaded = new Map<string, string>();
  /** Of a run that loads on call. */
  readonly #untried = new Set<string>();

  constructor(options: CatalogOptions) {
    this.#options = options;
    this.#codeFolder = path.join(options.folder, "code");
  }

  /** What has loaded is remembered here. */
  get #memory(): string {
    return path.join(this.#options.folder, "loaded.json");
  }

  /** Functions that did not change stay those of `current`, with their warm workers. */
  async prepare(recording: Recording, current: Functions): Promise<Functions> {
    const functions: Functions = new Map();
    const failures = refusedByTrust(recording);
    const refused = new Set(failures.map(({ name }) => name));
    for (const settings of runnableFunctions(recording)) {
      if (refused.has(settings.name)) continue;
      const served = current.get(settings.name);
      const candidate = await this.#serve(settings, recording).catch(({ message }: Error) => {
        failures.push({ name: settings.name, line: `  Function ${settings.logicalName}: ${message}` });
      });
      if (!candidate) continue;
      functions.set(settings.name, served?.signature === candidate.signature ? served : candidate);
    }
    const fresh = [...functions.values()].filter((served) => current.get(served.settings.name) !== served);
    await this.#tryOrStop(fresh, async () => {
      failures.push(...this.#refused(fresh, recording));
      if (this.#options.loadOnCall) for (const { settings } of fresh) this.#untried.add(settings.name);
      else failures.push(...(await this.#checkLoading(fresh, this.#memory)));
      this.#leaveOut(failures, current);
      for (const { name } of failures) {
        await functions.get(name)?.pool.stop();
        functions.delete(name);
      }
    });
    for (const name of functions.keys()) this.notLoaded.delete(name);
    return functions;
  }

  /** Whether there is none that does not load, or was not tried yet. */
  get isLoaded(): boolean {
    return this.notLoaded.size === 0 && this.#untried.size === 0;
  }

  isToLoad(name: string): boolean {
    return this.notLoaded.has(name) || this.#untried.has(name);
  }

  /**
   * Loads one that was never called. It goes where it does not load, and `notLoaded` says why.
   * @returns false for one that was tried before
   */
  async tryFirst(name: string, functions: Functions): Promise<boolean> {
    const served = functions.get(name);
    if (!served || !this.#untried.has(name)) return false;
    const failures = await this.#checkLoading([served]);
    this.#leaveOut(failures, new Map());
    this.#untried.delete(name);
    if (failures.length === 0) return true;
    functions.delete(name);
    await served.pool.stop();
    return true;
  }

  /** What AWS would not take, which runs here all the same: said where the rest is to go on. */
  #refused(fresh: readonly ServedFunction[], recording: Recording): NotLoaded[] {
    const ofSettings = fresh.flatMap(({ settings }) =>
      refusals(settings).map((why) => ({
        name: settings.name,
        line: `Function ${settings.logicalName}: ${why}.`,
      })),
    );
    const found = [...ofSettings, ...declaredRefusals(recording)];
    const { keepGoing, log } = this.#options;
    if (!keepGoing) return found.map(({ name, line }) => ({ name, line: `  ${line}` }));
    this.#refusals.report(
      found.map(({ line }) => line),
      log,
    );
    return [];
  }

  /** One that was served before stays as it was: the new code is refused as a whole. */
  #leaveOut(failures: readonly NotLoaded[], current: Functions): void {
    if (failures.length === 0) return;
    if (!this.#options.keepGoing || failures.some(({ name }) => current.has(name)))
      throw notEveryFunction(failures);
    for (const { name, line } of failures) {
      if (this.notLoaded.get(name) === line) continue;
      this.notLoaded.set(name, line);
      this.#options.log(
        `${line.trim().replace(/\.$/, "")}. It is not loaded and answers 502; --strict stops instead.`,
      );
    }
  }

  /** The same function with other code, loaded and warm. */
  async withCode(
    { settings }: ServedFunction,
    code: Value,
    program: Pick<Recording, "cwd" | "builds">,
  ): Promise<ServedFunction> {
    const served = await this.#serve({ ...settings, code }, program);
    await this.#tryOrStop([served], async () => {
      const failures = await this.#checkLoading([served]);
      if (failures.length > 0) throw notEveryFunction(failures);
    });
    return served;
  }

  /**
   * Once more one that could not be loaded: a package may have been installed or the code built since, in folders that
   * nobody watches. Undefined where it still does not load; `notLoaded` then says today's reason.
   */
  async tryAgain(functionName: string, recording: Recording): Promise<ServedFunction | undefined> {
    const settings = runnableFunctions(recording).find(({ name }) => name === functionName);
    if (!settings || refusedByTrust(recording).some(({ name }) => name === functionName)) return undefined;
    try {
      const served = await this.#serve(settings, recording);
      const [failure] = await this.#checkLoading([served], this.#memory);
      if (!failure) return served;
      await served.pool.stop();
      this.notLoaded.set(functionName, failure.line);
    } catch (error) {
      const { message } = error as Error;
      this.notLoaded.set(functionName, `  Function ${settings.logicalName}: ${message}`);
    }
    return undefined;
  }

  /** Those that were passed over while the store that they need was not there; call it when it is. */
  async tryLate(functions: Functions): Promise<NotLoaded[]> {
    const late = this.#options.lateStore();
    const passedOver = [...functions.values()].filter(({ environment }) => late && needs(late, environment));
    const { signal } = this.#options;
    return checkLoading(
      passedOver.map((served) => this.#candidate(served)),
      { signal, memory: this.#memory, inBulk: !this.#options.forDebugger },
    );
  }

  /** What earlier runs unpacked is removed; call it when nothing else is being prepared. */
  removeUnused(functions: Functions): void {
    removeOtherCode(
      this.#codeFolder,
      new Set([...functions.values()].flatMap(({ code, layers }) => [code.hash, layers?.hash ?? []].flat())),
    );
  }

  async #serve(
    settings: FunctionSettings,
    { cwd, builds }: Pick<Recording, "cwd" | "builds">,
  ): Promise<ServedFunction> {
    const code = await unpackCode(await this.#codeOf(settings, builds), cwd, this.#codeFolder);
    const layers = await unpackLayers(settings.layers, cwd, this.#codeFolder);
    const places = new FunctionPlaces({ ...code, projectFolder: cwd, builds, report: this.#options.log });
    const { factory, warm } = this.#options;
    const pool = new FunctionPool(settings, {
      startWorker: (onEnd) => {
        warm?.missed(settings.name);
        return factory.create(settings, { code, layers }, places, onEnd);
      },
      idle: (worker) => warm?.add(worker),
      busy: (worker) => warm?.remove(worker),
    });
    const environment = factory.environment(settings, code, "");
    const signature = JSON.stringify([{ ...settings, code: code.hash, layers: layers?.hash }, environment]);
    return { settings, code, layers, pool, environment, signature };
  }

  async #codeOf({ code }: FunctionSettings, builds: readonly Build[]): Promise<Value | undefined> {
    if (!this.#options.forDebugger) return code;
    const build = builtAs(code, builds);
    return (build && (await debugBuild(build))) ?? code;
  }

  async #checkLoading(fresh: ServedFunction[], memory?: string): Promise<NotLoaded[]> {
    const { signal } = this.#options;
    const late = this.#options.lateStore();
    const candidates = fresh
      .filter(({ environment }) => !late || !needs(late, environment))
      .map((served) => this.#candidate(served));
    return checkLoading(candidates, {
      signal,
      inBulk: !this.#options.forDebugger,
      ...(memory !== undefined && { memory }),
    });
  }

  /** Local addresses are left out: ports differ from run to run and decide nothing while a function loads. */
  #candidate({ settings, code, layers, pool }: ServedFunction): Candidate {
    const { handler, runtime, environment } = settings;
    const assignment = this.#options.factory.assignment(settings, { code, layers });
    const given = Object.keys(assignment.environment).sort();
    const python = this.#options.factory.python(settings);
    return {
      pool,
      assignment,
      key: candidateKey([code.hash, layers?.hash ?? "", handler, runtime, environment, given, python]),
    };
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

/** Of whatever runtime: AWS creates no function whose role Lambda may not assume. */
function refusedByTrust(recording: Recording): NotLoaded[] {
  return deniedAssumptions(recording).flatMap(({ resource, service, refusal }) => {
    if (service !== LAMBDA || refusal.kind !== "refused") return [];
    const { name, logicalName } = functionSettings(resource, recording);
    return [{ name, line: `  Function ${logicalName}: AWS would not create it: ${refusal.reason}` }];
  });
}
