/** Realises Atlas clusters: one MongoDB on this machine, to which every connection string of the program then leads. */

import { list, object, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording, Value } from "../../program/recording.ts";
import { UserError } from "../../shared/user-error.js";
import { wayOut } from "../emulators/damage.ts";
import { hasData, Prepared } from "../emulators/prepared.ts";
import type { LocalContext, Parity, PrepareContext, Service } from "../service.ts";
import { hostsOf, rewriteConnectionStrings } from "./connection-strings.ts";
import { isPresent, obtainBinary } from "./find-binary.ts";
import { type LateStore, lateStore } from "./late-store.ts";
import { type HeldPort, holdPort, type MongoServer, startMongo, startOwn } from "./server.ts";
import { ServerFailure } from "./supervisor.ts";

const MONGODB = "MongoDB";
const CLUSTER = /^mongodbatlas:index\/(advancedCluster|cluster|flexCluster):/;

const recordedOnly: Record<string, string> = {
  "mongodbatlas:index/project:Project": "one local MongoDB stands for all projects",
  "mongodbatlas:index/databaseUser:DatabaseUser":
    "the local MongoDB knows no users: whoever connects may do everything",
  "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList":
    "the local MongoDB is reached from this machine only",
};

export interface MongodbOptions {
  environment?: NodeJS.ProcessEnv;
  /** Where no server is on this machine yet, one is had in the background while everything else is served. */
  mayComeLate?: boolean;
  /** What is done once a late server answers, before its functions are called. */
  onceThere?(): Promise<void>;
}

export class MongodbService implements Service {
  readonly name = "mongodb";
  readonly #options: Required<MongodbOptions>;
  /** Of a late server: from when its program is started. */
  #launching: Promise<MongoServer> | undefined;
  #held: HeldPort | undefined;
  #late: LateStore | undefined;
  readonly #prepared = new Prepared<MongoServer>();
  #server: MongoServer | undefined;
  /** `12345.mongodb.net`: a cluster, its members and its private endpoints all stand below one domain. */
  #domains: readonly string[] = [];

  constructor(options: MongodbOptions = {}) {
    this.#options = {
      environment: process.env,
      mayComeLate: false,
      onceThere: async () => {},
      ...options,
    };
  }

  /** Connection string without a database; undefined while the program has no cluster. */
  get uri(): string | undefined {
    return this.#server?.uri ?? this.#late?.address;
  }

  /** The server while it is not there yet. */
  get late(): LateStore | undefined {
    return this.#late;
  }

  /** For a person, e.g. `mongod 8.2.6 at mongodb://127.0.0.1:40123/`. Never shows a password. */
  get description(): string {
    if (!this.#server) return this.#late?.reason ?? "not running";
    const { kind, version, uri } = this.#server;
    return kind === "external" ? "the server of MONGODB_URI" : `${kind} ${version} at ${uri}`;
  }

  parity({ type }: RecordedResource): Parity | undefined {
    if (CLUSTER.test(type)) {
      return {
        state: "realised",
        reason:
          "one MongoDB server on this machine, without users and TLS; size, backup and replicas are the cloud's",
      };
    }
    const reason = recordedOnly[type];
    return reason === undefined ? undefined : { state: "recorded only", reason };
  }

  prepare(context: PrepareContext): void {
    if (!this.#comesLate && hasData(context.dataFolder(this.name)))
      this.#prepared.begin(() => this.#startServer(context));
  }

  async start(context: LocalContext): Promise<void> {
    context.addresses.rewrite((value) => this.#rewrite(value));
    await this.update(context);
  }

  /** A program without clusters costs nothing; one that gets its first later starts the server then. */
  async update(context: LocalContext): Promise<void> {
    const clusters = context.recording.resources.filter(({ type, read }) => CLUSTER.test(type) && !read);
    this.#domains = domainsOf(context.recording);
    if (clusters.length === 0 || this.#server || this.#late) return;
    if (clusters.length > 1) {
      context.log(
        `MongoDB: ${clusters.length} clusters share one local server; databases of one name are one.`,
      );
    }
    if (this.#comesLate) await this.#startLate(context);
    else this.#server = await this.#prepared.take(() => this.#startServer(context));
  }

  get #comesLate(): boolean {
    const { environment, mayComeLate } = this.#options;
    return mayComeLate && !environment.MONGODB_URI && !isPresent(environment);
  }

  /** Its address is known from the start, so that nothing has to be told another one when it is there. */
  async #startLate(context: LocalContext): Promise<void> {
    this.#held = await holdPort(context.ports.of(MONGODB));
    this.#late = lateStore(this.#held.uri, (logLine) => this.#come(context, logLine));
  }

  async #come({ dataFolder, log, signal }: LocalContext, logLine: (line: string) => void): Promise<void> {
    const report = (line: string) => {
      logLine(line);
      log(line);
    };
    try {
      const { environment, onceThere } = this.#options;
      const binary = await obtainBinary({ environment, log: report, signal });
      signal.throwIfAborted();
      const options = { folder: dataFolder(this.name), log };
      this.#launching = startOwn(options, binary, async () => (await this.#held?.release()) ?? 0);
      this.#server = await this.#launching;
      await onceThere();
      this.#late = undefined;
      log(`MongoDB: ${this.description} is there; what needs it answers now.`);
    } catch (error) {
      const { message } = error as Error;
      if (!signal.aborted) log(`error: ${message}\nEverything else goes on; what needs MongoDB answers 503.`);
      throw error;
    }
  }

  async stop(): Promise<void> {
    const late = this.#launching?.catch(() => undefined);
    const server = this.#server ?? (await late) ?? (await this.#prepared.untaken());
    if (this.#late && !server) await this.#held?.release();
    await server?.stop();
    this.#server = undefined;
  }

  async #startServer({ dataFolder, ports, log }: PrepareContext): Promise<MongoServer> {
    const folder = dataFolder(this.name);
    try {
      return await startMongo({
        folder,
        port: ports.of(MONGODB),
        log,
        environment: this.#options.environment,
      });
    } catch (error) {
      if (!(error instanceof ServerFailure)) throw error;
      throw new UserError(
        `${error.message}\nIf that is because of the data in ${folder}: ${wayOut(error.message, folder)}`,
      );
    }
  }

  #rewrite(value: string): string {
    const { uri } = this;
    if (uri === undefined || !value.includes("mongodb")) return value;
    const isCloud = (host: string) => this.#domains.some((domain) => host.endsWith(`.${domain}`));
    return rewriteConnectionStrings(value, isCloud, uri);
  }
}

/** Of every cluster that is declared or read. */
function domainsOf({ resources }: Recording): string[] {
  const hosts = resources
    .filter(({ type }) => CLUSTER.test(type))
    .flatMap(({ outputs }) => [outputs.srvAddress, ...addresses(outputs.connectionStrings)])
    .map((address) => text(address) ?? "")
    .filter((address) => address.startsWith("mongodb"))
    .flatMap(hostsOf);
  return [...new Set(hosts.map((host) => host.slice(host.indexOf(".") + 1)))];
}

/** Connection strings stand in an object, or, in older clusters, in a list of one. */
function addresses(strings: Value | undefined): Value[] {
  return [strings ?? null, ...list(strings)].flatMap((one) => Object.values(object(one)));
}
