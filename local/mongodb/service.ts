/** Realises the Atlas clusters of the program: one MongoDB server on this machine stands for all of them. */
import type { RecordedResource, Recording } from "../../program/recording.ts";
import type { LocalContext, Parity, Service } from "../service.ts";
import { localUri } from "./local-uri.ts";
import { type MongoServer, startMongo } from "./server.ts";

const CLUSTER = /^mongodbatlas:index\/(advancedCluster|cluster|flexCluster):/;
const ATLAS_HOST = /[\w-]+(\.[\w-]+\.mongodb\.net)/;

export class MongodbService implements Service {
  readonly name = "mongodb";
  #server: MongoServer | undefined;
  /** Domains of the recorded clusters' hosts, e.g. `.17652.mongodb.net`. */
  #domains: string[] = [];

  /** Connection string without a database; undefined while the program has no cluster. */
  get uri(): string | undefined {
    return this.#server?.uri;
  }

  /** For a person, e.g. `ferretdb v1.24.2 at mongodb://127.0.0.1:40123/`. Never shows a password. */
  get description(): string {
    if (!this.#server) return "not running";
    const { kind, version, uri } = this.#server;
    return kind === "external" ? "the server of MONGODB_URI" : `${kind} ${version} at ${uri}`;
  }

  parity({ type }: RecordedResource): Parity | undefined {
    if (!CLUSTER.test(type)) return undefined;
    return { state: "realised", reason: "one MongoDB server on this machine, without users and TLS" };
  }

  async start(context: LocalContext): Promise<void> {
    context.addresses.rewrite((value) => {
      const local = this.#server?.uri;
      return (local && localUri(value, this.#domains, local)) ?? value;
    });
    await this.update(context);
  }

  async update({ recording, dataFolder, log }: LocalContext): Promise<void> {
    this.#domains = domainsOf(recording);
    if (this.#domains.length === 0 || this.#server) return;
    this.#server = await startMongo({ folder: dataFolder(this.name), log, environment: process.env });
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }
}

function domainsOf({ resources }: Recording): string[] {
  const domains = resources
    .filter(({ type }) => CLUSTER.test(type))
    .map(({ outputs }) => ATLAS_HOST.exec(JSON.stringify(outputs.connectionStrings ?? ""))?.[1]);
  return [...new Set(domains.filter((domain) => domain !== undefined))];
}
