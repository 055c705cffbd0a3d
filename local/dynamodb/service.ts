/** Realises the DynamoDB tables of the program: dynalite with its data in a folder, behind a check of every call. */
import type { RecordedResource } from "../../program/recording.ts";
import { Emulator } from "../emulators/emulator.ts";
import { ACCOUNT_ID } from "../iam/credentials.ts";
import type { IamService } from "../iam/service.ts";
import { type LocalContext, type Parity, type Service, UserError } from "../service.ts";
import { text } from "../workers/values.ts";
import { TABLE, type TableDefinition, tableDefinitions } from "./table-definitions.ts";

const SETTINGS = /^aws:dynamodb\/(contributorInsights|kinesisStreamingDestination|resourcePolicy|tag):/;
const ENDPOINT_VARIABLE = "AWS_ENDPOINT_URL_DYNAMODB";
const DEFAULT_REGION = "us-east-1";

export class DynamodbService implements Service {
  readonly name = "dynamodb";
  readonly #iam: IamService;
  #emulator: Emulator<TableDefinition[]> | undefined;
  readonly #saidUndeclared = new Set<string>();

  constructor(iam: IamService) {
    this.#iam = iam;
  }

  parity({ type, inputs }: RecordedResource): Parity | undefined {
    if (type === TABLE) {
      const expiry = inputs.ttl === undefined ? "" : "; expired items go within a minute";
      const stream = inputs.streamEnabled === true ? "; its stream is recorded only" : "";
      return { state: "realised", reason: `dynalite, no transactions or PartiQL${expiry}${stream}` };
    }
    if (SETTINGS.test(type))
      return { state: "recorded only", reason: "a setting of the table that is the cloud's" };
    if (!type.startsWith("aws:dynamodb/")) return undefined;
    return { state: "unsupported", reason: "the local DynamoDB knows tables only" };
  }

  async start(context: LocalContext): Promise<void> {
    await this.update(context);
  }

  /** A program without tables costs nothing; one that gets its first later starts the emulator then. */
  async update(context: LocalContext): Promise<void> {
    const tables = tableDefinitions(context.recording);
    if (!this.#emulator) {
      if (tables.length === 0) return;
      this.#emulator = await this.#startEmulator(context);
    }
    const undeclared = await this.#emulator.declare(tables, this.#iam.roles).catch((error: Error) => {
      throw error.name === "TableChanged" ? new UserError(error.message) : error;
    });
    for (const name of undeclared) this.#sayUndeclared(name, context);
  }

  async stop(): Promise<void> {
    await this.#emulator?.stop();
    this.#emulator = undefined;
  }

  async #startEmulator(context: LocalContext): Promise<Emulator<TableDefinition[]>> {
    const { recording, log } = context;
    const emulator = new Emulator<TableDefinition[]>({
      name: "DynamoDB",
      entry: new URL("thread.ts", import.meta.url),
      folder: context.dataFolder(this.name),
      // The ARNs that DescribeTable shows.
      environment: {
        AWS_REGION: text(recording.config["aws:region"]) ?? DEFAULT_REGION,
        AWS_ACCOUNT_ID: ACCOUNT_ID,
      },
      log,
      onRefusal: (refusal) => this.#iam.report(refusal, log),
    });
    await emulator.start();
    context.addresses.variable(ENDPOINT_VARIABLE, emulator.url);
    return emulator;
  }

  #sayUndeclared(name: string, { log, dataFolder }: LocalContext): void {
    if (this.#saidUndeclared.has(name)) return;
    this.#saidUndeclared.add(name);
    log(`DynamoDB: table ${name} is no longer declared; its items stay in ${dataFolder(this.name)}.`);
  }
}
