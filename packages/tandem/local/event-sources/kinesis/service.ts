/** Realises event source mappings of streams of Kinesis: their records go to functions. */
import { MAPPING } from "../../../program/reading/event-sources.ts";
import { text } from "../../../program/reading/value.ts";
import type { RecordedResource } from "../../../program/recording.ts";
import { readsKinesis } from "../../kinesis/declared.ts";
import type { KinesisService } from "../../kinesis/service.ts";
import type { LocalContext, Parity, Service } from "../../service.ts";
import { streamMappings } from "../streams/mappings.ts";
import { StreamPollers, type StreamPollersOptions } from "../streams/pollers.ts";
import { kinesisRefusals } from "./mapping-refusals.ts";
import { KinesisSource } from "./stream-source.ts";

export interface KinesisSourceOptions extends Omit<StreamPollersOptions, "service" | "source"> {
  kinesis: KinesisService;
}

export class KinesisSourceService implements Service {
  readonly name = "event source mappings of Kinesis";
  readonly #kinesis: KinesisService;
  readonly #pollers: StreamPollers;
  #url: string | undefined;
  #forget: (() => void) | undefined;

  constructor(options: KinesisSourceOptions) {
    this.#kinesis = options.kinesis;
    this.#pollers = new StreamPollers({
      ...options,
      service: "kinesis",
      source: (mapping) =>
        this.#url === undefined ? undefined : new KinesisSource(this.#url, mapping, options.kinesis),
    });
  }

  parity(resource: RecordedResource): Parity | undefined {
    if (resource.type !== MAPPING || !readsKinesis(resource)) return undefined;
    if (text(resource.inputs.startingPosition) === "AT_TIMESTAMP")
      return {
        state: "unsupported",
        reason: "a mapping starts at the end or the beginning of its stream here",
      };
    return { state: "realised", reason: "records in their order, one batch at a time" };
  }

  async start(context: LocalContext): Promise<void> {
    this.#forget = this.#kinesis.onRecords((streamArn) => this.#pollers.wake(streamArn));
    await this.update(context);
  }

  async update({ recording, addresses, log }: LocalContext): Promise<void> {
    // Kinesis is answered where services without an endpoint of their own are.
    this.#url = addresses.variables().AWS_ENDPOINT_URL;
    this.#pollers.update(streamMappings(recording, readsKinesis), kinesisRefusals(recording), log);
  }

  async stop(): Promise<void> {
    this.#forget?.();
    this.#pollers.stop();
  }
}
