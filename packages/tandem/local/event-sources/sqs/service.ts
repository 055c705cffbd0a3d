/** Realises event source mappings of queues: their messages go to functions. */

import { MAPPING } from "../../../program/reading/event-sources.ts";
import type { RecordedResource } from "../../../program/recording.ts";
import { DeploymentRefusals } from "../../deployment-refusals.ts";
import { readsStream } from "../../dynamodb/table-definitions.ts";
import { credentialsOf } from "../../iam/credentials.ts";
import type { Invoker } from "../../invocation.ts";
import { readsKinesis } from "../../kinesis/declared.ts";
import { QueueClient } from "../../queues-and-buckets/queue-client.ts";
import type { QueueAndBucketService } from "../../queues-and-buckets/service.ts";
import type { LocalContext, Parity, Service } from "../../service.ts";
import { isOfQueue, leftOut } from "../mappings.ts";
import { mappingRefusals } from "./mapping-refusals.ts";
import { type QueueMapping, queueMappings } from "./mappings.ts";
import { Poller } from "./poller.ts";

interface Running {
  /** What it was started with, for comparison. */
  key: string;
  poller: Poller;
}

export class QueueSourceService implements Service {
  readonly name = "event source mappings";
  readonly #stores: QueueAndBucketService;
  readonly #invoker: Invoker;
  readonly #refusals: DeploymentRefusals;
  readonly #running = new Map<string, Running>();

  constructor(stores: QueueAndBucketService, invoker: Invoker, refusals = new DeploymentRefusals()) {
    this.#refusals = refusals;
    this.#stores = stores;
    this.#invoker = invoker;
  }

  parity(resource: RecordedResource): Parity | undefined {
    if (resource.type !== MAPPING || readsStream(resource) || readsKinesis(resource)) return undefined;
    if (!isOfQueue(resource))
      return {
        state: "unsupported",
        reason: "only queues, streams of tables and streams of Kinesis are read here",
      };
    return { state: "realised", reason: "at most 5 batches at a time" };
  }

  async start(context: LocalContext): Promise<void> {
    await this.update(context);
  }

  /** Only what differs is stopped and started. */
  async update({ recording, log }: LocalContext): Promise<void> {
    const unread = leftOut(mappingRefusals(recording), this.#refusals, log);
    const mappings = queueMappings(recording).filter(({ urn }) => !unread.has(urn));
    const wanted = new Map(mappings.map((mapping) => [mapping.urn, mapping]));
    for (const [urn, { key, poller }] of this.#running) {
      if (keyOf(wanted.get(urn)) === key) continue;
      poller.stop();
      this.#running.delete(urn);
    }
    for (const [urn, mapping] of wanted) {
      if (!this.#running.has(urn)) this.#startPoller(mapping, log);
    }
  }

  async stop(): Promise<void> {
    for (const { poller } of this.#running.values()) poller.stop();
    this.#running.clear();
  }

  #startPoller(mapping: QueueMapping, log: (line: string) => void): void {
    const url = this.#stores.queueUrl(mapping.queueArn);
    if (!url) {
      log(
        `Queue ${mapping.queueArn} → ${mapping.functionName}: the program declares no such queue, nothing is read.`,
      );
      return;
    }
    const client = new QueueClient(url, mapping.region, credentialsOf(mapping.roleArn));
    const poller = new Poller({ mapping, client, invoker: this.#invoker, log });
    poller.start();
    this.#running.set(mapping.urn, { key: keyOf(mapping), poller });
  }
}

function keyOf(mapping: QueueMapping | undefined): string {
  return JSON.stringify(mapping);
}
