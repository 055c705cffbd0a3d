/** The mappings of one kind of stream at work: a poller each, started and stopped as the program changes. */
import { readArn } from "../../../program/reading/arn.ts";
import type { DeliverTo } from "../../deliveries/destinations.ts";
import { bucketDelivery, destinationDelivery } from "../../deliveries/lambda-destination.ts";
import type { DeploymentRefusals } from "../../deployment-refusals.ts";
import { deliveryRefusal } from "../../iam/role-calls.ts";
import type { IamService } from "../../iam/service.ts";
import type { Invoker } from "../../invocation.ts";
import { leftOut, type MappingRefusal } from "../mappings.ts";
import type { StreamMapping } from "./mappings.ts";
import { StreamPoller } from "./poller.ts";
import type { RecordSource, StreamPollerOptions } from "./poller-options.ts";

export interface StreamPollersOptions {
  /** As ARNs name it. */
  service: "dynamodb" | "kinesis";
  /** Undefined where there is nothing to read: the refusals have said it. */
  source(mapping: StreamMapping): RecordSource | undefined;
  invoker: Invoker;
  arnOf(reference: string): string | undefined;
  iam: IamService;
  deliver: DeliverTo;
  refusals: DeploymentRefusals;
  /** Milliseconds before a batch that failed comes again. */
  retryDelay?: number;
}

interface Running {
  /** What it was started with, for comparison. */
  key: string;
  streamArn: string;
  poller: StreamPoller;
}

export class StreamPollers {
  readonly #options: StreamPollersOptions;
  /** By URN of the mapping. */
  readonly #running = new Map<string, Running>();

  constructor(options: StreamPollersOptions) {
    this.#options = options;
  }

  /** The stream has new records. */
  wake(streamArn: string): void {
    for (const running of this.#running.values()) if (running.streamArn === streamArn) running.poller.wake();
  }

  /** Only what differs is stopped and started. */
  update(
    mappings: readonly StreamMapping[],
    refused: readonly MappingRefusal[],
    log: (line: string) => void,
  ): void {
    const unread = leftOut(refused, this.#options.refusals, log);
    const read = mappings.filter(({ urn, isEnabled }) => isEnabled && !unread.has(urn));
    const wanted = new Map(read.map((mapping) => [mapping.urn, mapping]));
    for (const [urn, { key, poller }] of this.#running) {
      if (keyOf(wanted.get(urn)) === key) continue;
      poller.stop();
      this.#running.delete(urn);
    }
    for (const [urn, mapping] of wanted) if (!this.#running.has(urn)) this.#start(mapping, log);
  }

  stop(): void {
    for (const { poller } of this.#running.values()) poller.stop();
    this.#running.clear();
  }

  #start(mapping: StreamMapping, log: (line: string) => void): void {
    const { service, source, invoker, arnOf, retryDelay } = this.#options;
    const { urn, streamArn, functionName, onFailure } = mapping;
    const client = source(mapping);
    if (!client) return;
    const poller = new StreamPoller({
      service,
      mapping,
      functionArn: arnOf(functionName) ?? functionName,
      client,
      invoker,
      giveUp: async (...givenUp) => {
        if (onFailure !== undefined)
          await this.#report(mapping, onFailure, ...givenUp).catch((error: Error) =>
            log(`Stream ${streamArn} → ${functionName}: its destination was not told: ${error.message}.`),
          );
      },
      log,
      ...(retryDelay === undefined ? {} : { retryDelay }),
    });
    poller.start();
    this.#running.set(urn, { key: keyOf(mapping), streamArn, poller });
  }

  async #report(
    { uuid, roleArn }: StreamMapping,
    destination: string,
    ...[record, event, shard]: Parameters<StreamPollerOptions["giveUp"]>
  ): Promise<void> {
    const { iam, deliver } = this.#options;
    const refusal = deliveryRefusal(iam.guard, roleArn, destination);
    if (refusal !== undefined) throw new Error(refusal);
    const delivery =
      readArn(destination)?.service === "s3"
        ? bucketDelivery(JSON.stringify({ ...record, payload: JSON.stringify(event) }), `${uuid}/${shard}`)
        : destinationDelivery(destination, JSON.stringify(record));
    await deliver(destination, delivery);
  }
}

function keyOf(mapping: StreamMapping | undefined): string {
  return JSON.stringify(mapping);
}
