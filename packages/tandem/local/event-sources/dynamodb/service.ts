/** Realises event source mappings of tables' streams: their records go to functions. */
import { MAPPING } from "../../../program/reading/event-sources.ts";
import type { RecordedResource } from "../../../program/recording.ts";
import type { DeliverTo } from "../../deliveries/destinations.ts";
import { destinationDelivery } from "../../deliveries/lambda-destination.ts";
import type { DeploymentRefusals } from "../../deployment-refusals.ts";
import type { DynamodbService } from "../../dynamodb/service.ts";
import { readsStream } from "../../dynamodb/table-definitions.ts";
import { deliveryRefusal } from "../../iam/role-calls.ts";
import type { IamService } from "../../iam/service.ts";
import type { Invoker } from "../../invocation.ts";
import type { LocalContext, Parity, Service } from "../../service.ts";
import { streamRefusals } from "./mapping-refusals.ts";
import { type StreamMapping, streamMappings } from "./mappings.ts";
import { StreamPoller } from "./poller.ts";
import { StreamClient } from "./stream-client.ts";

interface Running {
  /** What it was started with, for comparison. */
  key: string;
  streamArn: string;
  poller: StreamPoller;
}

export interface StreamSourceOptions {
  dynamodb: DynamodbService;
  invoker: Invoker;
  arnOf(reference: string): string | undefined;
  iam: IamService;
  deliver: DeliverTo;
  refusals: DeploymentRefusals;
}

export class StreamSourceService implements Service {
  readonly name = "event source mappings of streams";
  readonly #options: StreamSourceOptions;
  readonly #running = new Map<string, Running>();
  #forget: (() => void) | undefined;

  constructor(options: StreamSourceOptions) {
    this.#options = options;
  }

  parity(resource: RecordedResource): Parity | undefined {
    if (resource.type !== MAPPING || !readsStream(resource)) return undefined;
    if (Number(resource.inputs.tumblingWindowInSeconds ?? 0) > 0)
      return { state: "unsupported", reason: "no state is kept over tumbling windows here" };
    return { state: "realised", reason: "records in their order, one batch at a time" };
  }

  async start(context: LocalContext): Promise<void> {
    this.#forget = this.#options.dynamodb.onRecords((streamArn) => {
      for (const running of this.#running.values())
        if (running.streamArn === streamArn) running.poller.wake();
    });
    await this.update(context);
  }

  /** Only what differs is stopped and started. */
  async update({ recording, log }: LocalContext): Promise<void> {
    const refused = streamRefusals(recording);
    this.#options.refusals.report(
      refused.map(({ line }) => line),
      log,
    );
    const leftOut = new Set(refused.flatMap(({ urn, isLeftOut }) => (isLeftOut ? [urn] : [])));
    const mappings = streamMappings(recording).filter(({ urn, isEnabled }) => isEnabled && !leftOut.has(urn));
    const wanted = new Map(mappings.map((mapping) => [mapping.urn, mapping]));
    for (const [urn, { key, poller }] of this.#running) {
      if (keyOf(wanted.get(urn)) === key) continue;
      poller.stop();
      this.#running.delete(urn);
    }
    for (const [urn, mapping] of wanted) if (!this.#running.has(urn)) this.#startPoller(mapping, log);
  }

  async stop(): Promise<void> {
    this.#forget?.();
    for (const { poller } of this.#running.values()) poller.stop();
    this.#running.clear();
  }

  #startPoller(mapping: StreamMapping, log: (line: string) => void): void {
    const { dynamodb, invoker, arnOf } = this.#options;
    const { urn, streamArn, functionName, onFailure } = mapping;
    // Without a table there is nothing to read: the refusals have said it.
    if (dynamodb.url === undefined) return;
    const poller = new StreamPoller({
      mapping,
      functionArn: arnOf(functionName) ?? functionName,
      client: new StreamClient(dynamodb.url, mapping),
      invoker,
      giveUp: async (record) => {
        if (onFailure !== undefined)
          await this.#report(mapping, onFailure, record).catch((error: Error) =>
            log(`Stream ${streamArn} → ${functionName}: its destination was not told: ${error.message}.`),
          );
      },
      log,
    });
    poller.start();
    this.#running.set(urn, { key: keyOf(mapping), streamArn, poller });
  }

  async #report({ roleArn }: StreamMapping, destination: string, record: object): Promise<void> {
    const { iam, deliver } = this.#options;
    const refusal = deliveryRefusal(iam.guard, roleArn, destination);
    if (refusal !== undefined) throw new Error(refusal);
    await deliver(destination, destinationDelivery(destination, JSON.stringify(record)));
  }
}

function keyOf(mapping: StreamMapping | undefined): string {
  return JSON.stringify(mapping);
}
