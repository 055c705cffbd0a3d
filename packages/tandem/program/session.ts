/** Puts the recording monitor in the engine's place for one run of a program, and collects what it declared. */
import { type Diagnostic, listenToLog } from "./engine.ts";
import type { InvokeAnswers } from "./invokes/invoke-answer.ts";
import { type Monitor, monitorClass } from "./monitor.ts";
import { DEFAULT_REGION } from "./reading/region.ts";
import { RECORDING_VERSION, type Recording, type Value } from "./recording.ts";
import type { Sdk } from "./sdk.ts";
import type { StackReferences } from "./stack-references.ts";
import type { Folders } from "./values.ts";

export interface SessionOptions {
  project: string;
  stack: string;
  preview: boolean;
  /** See AnswerOptions. */
  deployed?: boolean | undefined;
  leaveOutFrom?: number | undefined;
  folders: Folders;
  /** By full key (`shop:logLevel`). */
  config: Record<string, ConfigEntry>;
  invokes: InvokeAnswers;
  stackReferences: StackReferences;
  beforeReference?: (type: string) => void;
}

export interface ConfigEntry {
  value: Value;
  secret: boolean;
}

/** Pulumi's name for the organisation of stacks that belong to none. */
const ORGANISATION = "organization";

export class Session {
  readonly monitor: Monitor;
  readonly #sdk: Sdk;
  readonly #options: SessionOptions;
  readonly #diagnostics: Diagnostic[];
  readonly #stopListening: () => void;

  constructor(sdk: Sdk, options: SessionOptions) {
    this.#sdk = sdk;
    this.#options = options;
    const region = options.config["aws:region"]?.value;
    this.monitor = new (monitorClass(sdk))({
      ...options,
      region: typeof region === "string" ? region : DEFAULT_REGION,
    });
    const { project, stack, preview } = options;
    sdk.settings.setMockOptions(this.monitor, project, stack, preview, ORGANISATION);
    this.monitor.transforms.install(this.monitor);
    sdk.state.getStore().settings.options.rootDirectory = options.folders.project;
    const entries = Object.entries(options.config);
    sdk.config.setAllConfig(
      Object.fromEntries(entries.map(([key, { value }]) => [key, configText(value)])),
      entries.filter(([, { secret }]) => secret).map(([key]) => key),
    );
    const log = listenToLog(sdk);
    this.#diagnostics = log.diagnostics;
    this.#stopListening = log.stop;
  }

  /** Runs the program inside a stack; resolves when its outputs are known and nothing is on its way to the monitor. */
  async run(program: () => Promise<Record<string, unknown> | undefined>): Promise<void> {
    await this.#sdk.stack.runInPulumiStack(program);
    await this.settled();
  }

  async settled(): Promise<void> {
    await this.#sdk.settings.waitForRPCs();
  }

  recording(): Omit<Recording, "builds" | "sources"> {
    const { project, stack, folders, config } = this.#options;
    return {
      version: RECORDING_VERSION,
      project,
      stack,
      cwd: folders.project,
      config: Object.fromEntries(Object.entries(config).map(([key, entry]) => [key, configValue(entry)])),
      resources: this.monitor.registry.resources,
      outputs: this.monitor.stackOutputs,
      diagnostics: [...this.#diagnostics, ...this.#hookWarning()],
    };
  }

  #hookWarning(): Diagnostic[] {
    const bound = new Set(this.monitor.registry.resources.flatMap(({ hooks }) => hooks ?? []));
    if (bound.size === 0) return [];
    const message = `Resource hooks run in deployments only; not run here: ${[...bound].join(", ")}`;
    return [{ severity: "warning", message }];
  }

  close(): void {
    this.#stopListening();
  }
}

function configText(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function configValue({ value, secret }: ConfigEntry): Value {
  return secret ? { $: "secret", value } : value;
}
