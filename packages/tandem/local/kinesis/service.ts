/** Streams of Kinesis: an API to put and read records, under IAM. A program without a stream costs nothing. */
import path from "node:path";
import type { RecordedResource } from "../../program/recording.ts";
import { reportCalls } from "../emulators/call-reports.ts";
import type { IamService } from "../iam/service.ts";
import type { Observer } from "../observer.ts";
import { type ApiOptions, answerApi } from "../other-services/json-api.ts";
import type { OtherAwsService } from "../other-services/service.ts";
import type { RecordLog } from "../records/record-log.ts";
import type { LocalContext, Parity, Service } from "../service.ts";
import { type KinesisStream, kinesisReaders, kinesisStreams, STREAM } from "./declared.ts";
import { kinesisOperations } from "./operations.ts";
import { FIRST, type KinesisRecord } from "./record.ts";

const CALLED = "Kinesis";

export interface KinesisOptions {
  otherServices: OtherAwsService;
  iam: IamService;
  observer?: Observer | undefined;
}

export class KinesisService implements Service {
  readonly name = "Kinesis";
  readonly #options: KinesisOptions;
  readonly #listeners = new Set<(streamArn: string) => void>();
  #streams: readonly KinesisStream[] = [];
  #log: RecordLog<KinesisRecord> | undefined;
  #report: (line: string) => void = () => {};

  constructor(options: KinesisOptions) {
    this.#options = options;
  }

  parity({ type, read }: RecordedResource): Parity | undefined {
    if (read) return undefined;
    if (type === STREAM) return { state: "realised", reason: "one shard; records are kept for a day" };
    if (type === "aws:kinesis/streamConsumer:StreamConsumer")
      return { state: "unsupported", reason: "the local Kinesis has no enhanced fan-out" };
    return undefined;
  }

  /** @returns ends it */
  onRecords(listener: (streamArn: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Where a mapping stands that reads one; undefined where there is no stream. */
  get positions(): Pick<RecordLog<KinesisRecord>, "readers" | "saveReader"> | undefined {
    return this.#log;
  }

  async start(context: LocalContext): Promise<void> {
    await this.update(context);
  }

  async update(context: LocalContext): Promise<void> {
    const { recording, log } = context;
    this.#report = log;
    this.#streams = kinesisStreams(recording);
    if (this.#streams.length === 0 && !this.#log) return;
    this.#log ??= await this.#open(context);
    await this.#log.declareReaders(kinesisReaders(recording));
  }

  async stop(): Promise<void> {
    const log = this.#log;
    this.#log = undefined;
    await log?.close();
  }

  async #open({ dataFolder }: LocalContext): Promise<RecordLog<KinesisRecord>> {
    const { RecordLog } = await import("../records/record-log.ts");
    const log = await RecordLog.open(
      path.join(dataFolder("kinesis"), "records"),
      FIRST,
      ({ ApproximateArrivalTimestamp }: KinesisRecord) => ApproximateArrivalTimestamp,
    );
    await log.trim(this.#streams.map(({ arn }) => arn));
    const { otherServices, iam, observer } = this.#options;
    const operations = kinesisOperations({
      streams: () => this.#streams,
      log: () => log,
      written: (arn) => {
        for (const listener of this.#listeners) listener(arn);
      },
    });
    const api: ApiOptions = {
      guard: () => iam.guard,
      onRefusal: (refusal) => iam.report(refusal, this.#report),
    };
    otherServices.serve("kinesis", {
      answer: (request) => answerApi(request, "kinesis", CALLED, operations, api),
      answered: observer && reportCalls((calls) => observer.calls({ store: CALLED, ...calls })),
    });
    return log;
  }
}
