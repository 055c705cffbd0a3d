/** Realises event source mappings of tables' streams: their records go to functions. */
import { MAPPING } from "../../../program/reading/event-sources.ts";
import type { RecordedResource } from "../../../program/recording.ts";
import type { DynamodbService } from "../../dynamodb/service.ts";
import { readsStream } from "../../dynamodb/table-definitions.ts";
import type { LocalContext, Parity, Service } from "../../service.ts";
import { streamMappings } from "../streams/mappings.ts";
import { StreamPollers, type StreamPollersOptions } from "../streams/pollers.ts";
import { streamRefusals } from "./mapping-refusals.ts";
import { StreamClient } from "./stream-client.ts";

export interface StreamSourceOptions extends Omit<StreamPollersOptions, "service" | "source"> {
  dynamodb: DynamodbService;
}

export class StreamSourceService implements Service {
  readonly name = "event source mappings of streams";
  readonly #dynamodb: DynamodbService;
  readonly #pollers: StreamPollers;
  #forget: (() => void) | undefined;

  constructor(options: StreamSourceOptions) {
    const { dynamodb } = options;
    this.#dynamodb = dynamodb;
    this.#pollers = new StreamPollers({
      ...options,
      service: "dynamodb",
      source: (mapping) => (dynamodb.url === undefined ? undefined : new StreamClient(dynamodb.url, mapping)),
    });
  }

  parity(resource: RecordedResource): Parity | undefined {
    if (resource.type !== MAPPING || !readsStream(resource)) return undefined;
    return { state: "realised", reason: "records in their order, one batch at a time" };
  }

  async start(context: LocalContext): Promise<void> {
    this.#forget = this.#dynamodb.onRecords((streamArn) => this.#pollers.wake(streamArn));
    await this.update(context);
  }

  async update({ recording, log }: LocalContext): Promise<void> {
    this.#pollers.update(streamMappings(recording, readsStream), streamRefusals(recording), log);
  }

  async stop(): Promise<void> {
    this.#forget?.();
    this.#pollers.stop();
  }
}
