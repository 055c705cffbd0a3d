/** Realises the DynamoDB tables of the program: dynalite with its data in a folder, behind a check of every call. */

import { regionOf } from "../../program/reading/region.ts";
import type { RecordedResource } from "../../program/recording.ts";
import { sibling } from "../../shared/places.js";
import { Emulator } from "../emulators/emulator.ts";
import { hasData, Prepared } from "../emulators/prepared.ts";
import type { IamService } from "../iam/service.ts";
import type { Observer } from "../observer.ts";
import type { LocalContext, Parity, PrepareContext, Service } from "../service.ts";
import {
  type DeclaredTables,
  ITEM,
  itemDefinitions,
  readerDefinitions,
  TABLE,
  tableDefinitions,
} from "./table-definitions.ts";

const SETTINGS = /^aws:dynamodb\/(contributorInsights|kinesisStreamingDestination|tag):/;
/** The SDK takes streams for a service of its own. */
const ENDPOINT_VARIABLES = ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_DYNAMODB_STREAMS"];

export class DynamodbService implements Service {
  readonly name = "dynamodb";
  readonly #iam: IamService;
  readonly #observer: Observer | undefined;
  readonly #prepared = new Prepared<Emulator<DeclaredTables, string>>();
  #emulator: Emulator<DeclaredTables, string> | undefined;
  readonly #reported = new Set<string>();
  readonly #listeners = new Set<(streamArn: string) => void>();

  constructor(iam: IamService, observer?: Observer) {
    this.#iam = iam;
    this.#observer = observer;
  }

  /** Where streams are read; undefined where the program has no table. */
  get url(): string | undefined {
    return this.#emulator?.url;
  }

  /** Told of each stream that has new records, until what is given back is called. */
  onRecords(listener: (streamArn: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  parity({ type, inputs }: RecordedResource): Parity | undefined {
    if (type === TABLE) {
      const expiry = inputs.ttl === undefined ? "" : "; expired items go within a minute";
      const stream = inputs.streamEnabled === true ? "; its stream has one shard" : "";
      return { state: "realised", reason: `dynalite${expiry}${stream}` };
    }
    if (type === ITEM) return { state: "realised", reason: "put when it is not there" };
    if (SETTINGS.test(type))
      return { state: "recorded only", reason: "a setting of the table that is the cloud's" };
    if (!type.startsWith("aws:dynamodb/")) return undefined;
    return { state: "unsupported", reason: "the local DynamoDB knows tables only" };
  }

  prepare(surroundings: PrepareContext): void {
    if (hasData(surroundings.dataFolder(this.name)))
      this.#prepared.begin(() => this.#startEmulator(surroundings));
  }

  async start(context: LocalContext): Promise<void> {
    await this.update(context);
  }

  /** A program without tables costs nothing; one that gets its first later starts the emulator then. */
  async update(context: LocalContext): Promise<void> {
    const tables = tableDefinitions(context.recording);
    if (!this.#emulator) {
      if (tables.length === 0) return;
      this.#emulator = await this.#prepared.take(() => this.#startEmulator(context));
      for (const variable of ENDPOINT_VARIABLES) context.addresses.variable(variable, this.#emulator.url);
    }
    const region = regionOf(context.recording);
    const undeclared = await this.#emulator.declare(
      {
        region,
        tables,
        items: itemDefinitions(context.recording),
        readers: readerDefinitions(context.recording),
      },
      this.#iam.roles,
    );
    for (const name of undeclared) this.#reportUndeclared(name, context);
  }

  async stop(): Promise<void> {
    const emulator = this.#emulator ?? (await this.#prepared.untaken());
    await emulator?.stop();
    this.#emulator = undefined;
  }

  async #startEmulator({
    dataFolder,
    ports,
    log,
  }: PrepareContext): Promise<Emulator<DeclaredTables, string>> {
    const emulator = new Emulator<DeclaredTables, string>({
      name: "DynamoDB",
      entry: sibling(import.meta.url, "thread"),
      folder: dataFolder(this.name),
      port: ports.of("DynamoDB"),
      log,
      // ARN of a stream that has new records.
      onEvent: (arn) => {
        for (const listener of this.#listeners) listener(arn);
      },
      onRefusal: (refusal) => this.#iam.report(refusal, log),
      observer: this.#observer,
    });
    await emulator.start();
    return emulator;
  }

  #reportUndeclared(name: string, { log, dataFolder }: LocalContext): void {
    if (this.#reported.has(name)) return;
    this.#reported.add(name);
    log(`DynamoDB: table ${name} is no longer declared; its items stay in ${dataFolder(this.name)}.`);
  }
}
