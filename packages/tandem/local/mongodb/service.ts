/** Realises Atlas clusters: one MongoDB on this machine, to which every connection string of the program then leads. */

import { list, object, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording, Value } from "../../program/recording.ts";
import { wayOut } from "../emulators/damage.ts";
import { hasData, Prepared } from "../emulators/prepared.ts";
import { type LocalContext, type Parity, type Service, type Surroundings, UserError } from "../service.ts";
import { hostsOf, rewriteConnectionStrings } from "./connection-strings.ts";
import { type MongoServer, startMongo } from "./server.ts";
import { ServerFailure } from "./supervisor.ts";

const CLUSTER = /^mongodbatlas:index\/(advancedCluster|cluster|flexCluster):/;

const recordedOnly: Record<string, string> = {
  "mongodbatlas:index/project:Project": "one local MongoDB stands for all projects",
  "mongodbatlas:index/databaseUser:DatabaseUser":
    "the local MongoDB knows no users: whoever connects may do everything",
  "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList":
    "the local MongoDB is reached from this machine only",
};

export class MongodbService implements Service {
  readonly name = "mongodb";
  readonly #environment: NodeJS.ProcessEnv;
  readonly #prepared = new Prepared<MongoServer>();
  #server: MongoServer | undefined;
  /** `12345.mongodb.net`: a cluster, its members and its private endpoints all stand below one domain. */
  #domains: readonly string[] = [];

  constructor(environment: NodeJS.ProcessEnv = process.env) {
    this.#environment = environment;
  }

  /** Connection string without a database; undefined while the program has no cluster. */
  get uri(): string | undefined {
    return this.#server?.uri;
  }

  /** For a person, e.g. `mongod 8.2.6 at mongodb://127.0.0.1:40123/`. Never shows a password. */
  get description(): string {
    if (!this.#server) return "not running";
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

  prepare(surroundings: Surroundings): void {
    if (hasData(surroundings.dataFolder(this.name)))
      this.#prepared.begin(() => this.#startServer(surroundings));
  }

  async start(context: LocalContext): Promise<void> {
    context.addresses.rewrite((value) => this.#rewrite(value));
    await this.update(context);
  }

  /** A program without clusters costs nothing; one that gets its first later starts the server then. */
  async update(context: LocalContext): Promise<void> {
    const clusters = context.recording.resources.filter(({ type, read }) => CLUSTER.test(type) && !read);
    this.#domains = domainsOf(context.recording);
    if (clusters.length === 0 || this.#server) return;
    if (clusters.length > 1) {
      context.log(
        `MongoDB: ${clusters.length} clusters share one local server; databases of one name are one.`,
      );
    }
    this.#server = await this.#prepared.take(() => this.#startServer(context));
  }

  async stop(): Promise<void> {
    const server = this.#server ?? (await this.#prepared.untaken());
    await server?.stop();
    this.#server = undefined;
  }

  async #startServer({ dataFolder, log }: Surroundings): Promise<MongoServer> {
    const folder = dataFolder(this.name);
    try {
      return await startMongo({ folder, log, environment: this.#environment });
    } catch (error) {
      if (!(error instanceof ServerFailure)) throw error;
      throw new UserError(
        `${error.message}\nIf that is because of the data in ${folder}: ${wayOut(error.message, folder)}`,
      );
    }
  }

  #rewrite(value: string): string {
    if (!this.#server || !value.includes("mongodb")) return value;
    const isCloud = (host: string) => this.#domains.some((domain) => host.endsWith(`.${domain}`));
    return rewriteConnectionStrings(value, isCloud, this.#server.uri);
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
