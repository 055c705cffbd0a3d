/**
 * One local run: the recorded program, the services that realise it, and the folder they keep their data in.
 * `npm start` opens one with a gateway, `npm run invoke` one without.
 */

import { type Hide, hideSecretsOf, nothingHidden } from "../program/reading/hide-secrets.ts";
import { regionOf } from "../program/reading/region.ts";
import { recordProgram } from "../program/record-program.ts";
import type { Recording } from "../program/recording.ts";
import { projectFileOf } from "../shared/own-project.ts";
import { refusePlugAndPlay } from "../shared/plug-and-play.ts";
import { UserError } from "../shared/user-error.js";
import { createAddresses } from "./addresses.ts";
import type { Delivery } from "./deliveries/destinations.ts";
import { LAMBDA } from "./iam/assumptions.ts";
import { type ServiceDelivery, serviceRefusal } from "./iam/service-calls.ts";
import { deniedAssumptions } from "./iam/trust.ts";
import { anyPorts, KeptPorts, type Ports } from "./kept-ports.ts";
import { localSecrets, placeholderNotice } from "./local-secrets.ts";
import { localOutputs } from "./local-target.ts";
import { hostsOf } from "./mongodb/connection-strings.ts";
import type { Observer } from "./observer.ts";
import { type ParityRow, parityRows } from "./parity.ts";
import { requestLine } from "./request-line.ts";
import { breakSeal, seal } from "./seal.ts";
import type { LocalContext, PrepareContext, Service } from "./service.ts";
import type { Facts } from "./service-information.ts";
import { createServices, type LogReader, type Services } from "./services.ts";
import { type RunStatus, StateFolder } from "./state-folder.ts";
import { keepNotes } from "./state-notes.ts";
import { storesOf } from "./store-list.ts";
import type { FunctionDebugger } from "./workers/function-debugger.ts";
import { isCloud } from "./workers/runtime/cloud.cjs";

export interface RunOptions {
  /** Folder with Pulumi.yaml, absolute. */
  cwd: string;
  stack: string;
  /** The program's recording, where somebody has begun it already. */
  recorded?: Promise<Recording>;
  /** Where the first API listens; `undefined` for a run without a gateway. */
  listen?: { host: string; port: number };
  /** Forget what earlier runs kept. */
  reset?: boolean;
  /** Folder that the data is kept in; `.local` of the project unless given. */
  stateFolder?: string;
  /** Whether the program's sample data is loaded, as it is unless false. */
  seeds?: boolean;
  /** Refuse a program with resources that cannot be realised here. */
  strict?: boolean;
  /** Serve the rest where a function cannot be loaded, except with `strict`. */
  keepGoing?: boolean;
  /** Load a function when it is first called, and not all of them at the start. */
  loadOnCall?: boolean;
  /** Let functions reach addresses of the cloud. */
  allowCloud?: boolean;
  /** Holds functions at breakpoints. */
  debugger?: FunctionDebugger | undefined;
  /** Given why the run should end, when somebody removed the folder of its data; a line of the log unless given. */
  lost?(error: UserError): void;
  /** Told of all that happens. */
  observer?: Observer | undefined;
  log(line: string): void;
  /** Takes the lines of functions and requests instead. */
  reader?: LogReader | undefined;
}

export class LocalRun {
  readonly options: RunOptions;
  readonly services: Services;
  readonly #state: StateFolder;
  readonly #ended = new AbortController();
  readonly #started = new Set<Service>();
  #ports: Ports = anyPorts;
  /** When the program had been recorded at the start, in milliseconds. */
  recordedAt = 0;
  #noteTimer: NodeJS.Timeout | undefined;
  #context: LocalContext | undefined;
  /** Said last of secrets without a value; it is said again when it changes. */
  #notice: string | undefined;
  /** Secrets of the recording that is spoken of. */
  #hide: Hide = nothingHidden;
  /** After a reload: what every service has taken over, so that who asks is told of nothing too early. */
  #served: LocalContext | undefined;

  /** Everything is up when this resolves; nothing is left behind when it rejects. */
  static async open(options: RunOptions): Promise<LocalRun> {
    const run = new LocalRun(options);
    try {
      await run.#start();
      return run;
    } catch (error) {
      await run.stop();
      throw run.#withoutSecrets(error);
    }
  }

  private constructor(options: RunOptions) {
    const { log } = options;
    this.options = { ...options, log: (line) => log(this.#hide(line)) };
    this.#state = new StateFolder(options.cwd, options.stack, options.stateFolder);
    this.services = createServices({
      ...this.options,
      // What functions log is theirs, as it is in the cloud.
      reader: options.reader ?? {
        line: (_functionName, line) => log(line),
        request: (request) => log(requestLine(request)),
      },
      keepGoing: options.keepGoing === true && !options.strict,
    });
  }

  get recording(): Recording {
    return this.#requireContext().recording;
  }

  /** Address of the first API. */
  get url(): string {
    return this.services.gateway?.url ?? "";
  }

  /** What the Service Information block says. */
  facts(): Facts {
    const { recording, parity } = this;
    const { mongodb } = this.services;
    const databases = recording.resources
      .filter((resource) => mongodb.parity(resource)?.state === "realised")
      .map(({ name }) => ({ name, where: mongodb.description }));
    return { recording, parity, endpoints: this.services.endpoints(), url: this.url, databases };
  }

  /**
   * For who only looks at the run, e.g. CloudWatch: delivers in the name of a service of AWS. Rejects with why it may not, or with
   * what the target answers.
   */
  async deliverFor(by: ServiceDelivery, what: Omit<Delivery, "caller">): Promise<void> {
    const refusal = serviceRefusal(this.recording, by);
    if (refusal !== undefined) throw new Error(refusal);
    await this.services.deliver(by.targetArn, { ...what, caller: "alarm" });
  }

  get parity(): ParityRow[] {
    return parityRows(this.recording, this.services.inOrder);
  }

  get context(): LocalContext {
    return this.#requireContext();
  }

  async #start(): Promise<void> {
    projectFileOf(this.options.cwd);
    // A function's thread finds packages by Node's own search through folders, as on Lambda.
    refusePlugAndPlay("functions find theirs in node_modules alone, as on Lambda");
    const recorded = this.options.recorded ?? this.#record();
    // Waited for below; without a handler here a failure while the folder is being taken would be unhandled.
    recorded.catch(() => {});
    await this.#state.acquire(() => this.status());
    if (this.options.reset) this.#state.reset();
    this.#ports = new KeptPorts(this.#state.portsFile, this.options.log);
    for (const line of breakSeal(this.#state.path)) this.options.log(line);
    this.#prepare();
    const recording = await recorded;
    this.recordedAt = Date.now();
    this.#report(recording);
    this.#context = { ...this.#surroundings(), recording, addresses: createAddresses() };
    this.#refuseUnsupported();
    this.#refuseStoreInTheCloud(recording);
    for (const stage of this.services.stages) await this.#startStage(stage, this.#context);
    const { log, lost = ({ message }) => log(message) } = this.options;
    this.#noteTimer = keepNotes(this.#state, log, lost);
  }

  /** The stores come up while the program is recorded: two processes, two cores. */
  #prepare(): void {
    for (const service of this.services.inOrder) {
      if (!service.prepare) continue;
      this.#started.add(service);
      service.prepare(this.#surroundings());
    }
  }

  /** A failure is told when the whole stage has come to its end, so that nothing still starts while the run is stopped. */
  async #startStage(stage: readonly Service[], context: LocalContext): Promise<void> {
    for (const service of stage) this.#started.add(service);
    const outcomes = await Promise.allSettled(stage.map((service) => service.start(context)));
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
  }

  /**
   * Records the program again and lets every service take over what differs. Throws when the program does not run.
   * @param recorded called when the program has run, before the files that it deploys are read
   */
  async update(recorded?: (recording: Recording) => void): Promise<void> {
    const recording = await this.#record();
    recorded?.(recording);
    const previous = this.#hide;
    this.#report(recording);
    const next = this.#hide;
    // Until every service has taken over, what is said may be about either.
    this.#hide = (text) => next(previous(text));
    try {
      // Code that does not load is found here, before anything of the running program is touched.
      await this.services.workers.checkLoading(recording);
      await this.#replace({ ...this.#requireContext(), recording });
      this.#hide = next;
    } catch (error) {
      const shown = this.#withoutSecrets(error);
      this.#hide = previous;
      throw shown;
    }
  }

  async #replace(context: LocalContext): Promise<void> {
    const previous = this.#requireContext();
    try {
      await this.#takeOver(context, this.#inOrder());
    } catch (error) {
      await this.#giveBack(previous);
      throw error;
    }
    this.#served = context;
  }

  /** Not in the order in which services came up: a store that is prepared early would take over what iam said before. */
  async #takeOver(context: LocalContext, services: readonly Service[]): Promise<void> {
    this.#context = context;
    this.services.refusals.next();
    for (const service of services) await service.update?.(context);
  }

  /** One service has refused the new program: those before it must not go on by it. */
  async #giveBack(previous: LocalContext): Promise<void> {
    try {
      await this.#takeOver(previous, this.#inOrder());
    } catch (error) {
      this.options.log(`The program before could not be taken over again: ${(error as Error).message}`);
    }
  }

  /** The started services in reverse; every one is asked even when one before it fails. */
  async stop(): Promise<void> {
    this.#ended.abort();
    clearInterval(this.#noteTimer);
    const failures: unknown[] = [];
    const started = this.#inOrder();
    this.#started.clear();
    for (const service of started.reverse()) {
      await service.stop().catch((error: unknown) => failures.push(error));
    }
    // Only what was closed in order is what the next run will find.
    if (this.#state.isHeld && failures.length === 0) seal(this.#state.path);
    this.#state.release();
    if (failures.length > 0) throw failures[0];
  }

  /** What was started or prepared, in the one order of `local/services.ts`. */
  #inOrder(): Service[] {
    return this.services.inOrder.filter((service) => this.#started.has(service));
  }

  status(): RunStatus {
    const context = this.#served ?? this.#context;
    return {
      pid: process.pid,
      stack: this.options.stack,
      region: regionOf(context?.recording ?? { config: {} }),
      url: this.services.gateway?.url,
      variables: context?.addresses.variables() ?? {},
      stores: context
        ? storesOf(context, this.services.mongodb.uri)
        : { tables: [], queues: [], buckets: [] },
      outputs: context ? localOutputs(context) : {},
    };
  }

  /** A sentence of the tool's own, as it may be shown. */
  hide(text: string): string {
    return this.#hide(text);
  }

  #withoutSecrets(error: unknown): unknown {
    if (!(error instanceof Error)) return error;
    const { message, stack } = error;
    error.message = this.#hide(message);
    if (stack !== undefined) error.stack = this.#hide(stack);
    return error;
  }

  async #record(): Promise<Recording> {
    const { cwd, stack } = this.options;
    return recordProgram({ cwd, stack, config: localSecrets({ cwd, stack }) });
  }

  /** What the program said through Pulumi's log, as the engine shows it. */
  #report(recording: Recording): void {
    this.#hide = hideSecretsOf(recording);
    for (const { severity, message } of recording.diagnostics) {
      if (severity !== "debug") this.options.log(`${severity}: ${message.trimEnd()}`);
    }
    const notice = placeholderNotice(recording);
    if (notice !== undefined && notice !== this.#notice) this.options.log(notice);
    this.#notice = notice;
  }

  #surroundings(): PrepareContext {
    return {
      dataFolder: (service) => this.#state.folder(service),
      ports: this.#ports,
      log: this.options.log,
      signal: this.#ended.signal,
    };
  }

  #refuseUnsupported(): void {
    if (!this.options.strict) return;
    const distrusted = deniedAssumptions(this.recording).filter(({ service }) => service !== LAMBDA);
    if (distrusted.length > 0) {
      const reasons = distrusted.map(
        ({ resource, refusal }) => `  ${resource.type} ${resource.name}: ${refusal.reason}`,
      );
      throw new UserError(
        `--strict: ${distrusted.length} roles do not trust who assumes them.\n${reasons.join("\n")}`,
      );
    }
    const unsupported = this.parity.filter(({ state }) => state === "unsupported");
    if (unsupported.length === 0) return;
    const list = unsupported.map(({ type, name, reason }) => `  ${type} ${name}: ${reason}`);
    throw new UserError(
      `--strict: ${unsupported.length} resources cannot be realised here.\n${list.join("\n")}`,
    );
  }

  /** Better at the start than at each call of each function. */
  #refuseStoreInTheCloud({ resources }: Recording): void {
    const uri = process.env.MONGODB_URI;
    if (this.options.allowCloud || uri === undefined) return;
    const host = hostsOf(uri).find(isCloud);
    const { mongodb } = this.services;
    if (host === undefined || !resources.some((one) => mongodb.parity(one)?.state === "realised")) return;
    throw new UserError(
      `MONGODB_URI leads to ${host}, an address of the cloud, and functions may send nothing there. ` +
        "Start with --allow-cloud, or without MONGODB_URI for a MongoDB on this machine.",
    );
  }

  #requireContext(): LocalContext {
    if (!this.#context) throw new Error("the local run has not recorded its program yet");
    return this.#context;
  }
}
