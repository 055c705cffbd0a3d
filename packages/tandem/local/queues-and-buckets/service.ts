/** Realises the queues and buckets of the program by the library fauxqs, behind a check of every call. */

import { readArn } from "../../program/reading/arn.ts";
import { object, text } from "../../program/reading/value.ts";
import type { RecordedResource, Values } from "../../program/recording.ts";
import { sibling } from "../../shared/places.js";
import { DeploymentRefusals } from "../deployment-refusals.ts";
import { Emulator } from "../emulators/emulator.ts";
import { hasData, Prepared } from "../emulators/prepared.ts";
import type { IamService } from "../iam/service.ts";
import type { Observer } from "../observer.ts";
import type { LocalContext, Parity, PrepareContext, Service } from "../service.ts";
import { whyNotServed } from "../websites/declared.ts";
import {
  BUCKET,
  CORS,
  type Declared,
  declaredStores,
  localQueueUrl,
  OBJECT,
  QUEUE,
  VERSIONING,
} from "./declared.ts";
import type { ObjectEvent } from "./events.ts";
import { putObject } from "./object-client.ts";
import { queueRefusals } from "./queue-refusals.ts";

const FOLDER = "fauxqs";

type ObjectListener = (event: ObjectEvent) => void;

export class QueueAndBucketService implements Service {
  readonly name = "queues and buckets";
  readonly #iam: IamService;
  readonly #observer: Observer | undefined;
  readonly #refusals: DeploymentRefusals;
  readonly #listeners: ObjectListener[] = [];
  readonly #reported = new Set<string>();
  readonly #prepared = new Prepared<Emulator<Declared, ObjectEvent>>();
  #emulator: Emulator<Declared, ObjectEvent> | undefined;
  #declared: Declared = { queues: [], buckets: [], objects: [] };

  constructor(iam: IamService, observer?: Observer, refusals = new DeploymentRefusals()) {
    this.#iam = iam;
    this.#refusals = refusals;
    this.#observer = observer;
  }

  /** Where SQS and S3 are reached; undefined while the program has neither queue nor bucket. */
  get endpoint(): string | undefined {
    return this.#emulator?.url;
  }

  /** URL on this machine of the queue with this ARN. */
  queueUrl(arn: string): string | undefined {
    const queue = this.#declared.queues.find((declared) => declared.arn === arn);
    return queue && this.endpoint ? localQueueUrl(queue.url, this.endpoint) : undefined;
  }

  /** Of a service of AWS, which is judged before. Rejects where the bucket is none of this program. */
  async putObject(bucketArn: string, key: string, body: string): Promise<void> {
    const bucket = this.#declared.buckets.find(({ name }) => name === readArn(bucketArn)?.resource);
    if (!bucket || this.endpoint === undefined)
      throw new Error(`${bucketArn} is no bucket of this program: nothing is delivered`);
    await putObject(new URL(this.endpoint), { bucket: bucket.name, region: bucket.region, key, body });
  }

  onObject(listener: ObjectListener): void {
    this.#listeners.push(listener);
  }

  parity(resource: RecordedResource): Parity | undefined {
    const { type, inputs } = resource;
    if (type === QUEUE) return { state: "realised", reason: "fauxqs; messages do not expire" };
    if (OBJECT.test(type)) return { state: "realised", reason: "put into its bucket, by text or file" };
    if (CORS.test(type))
      return { state: "realised", reason: "for pages of this machine; those of other sites are not let in" };
    if (VERSIONING.test(type)) return versioningParity(inputs);
    if (!BUCKET.test(type)) return undefined;
    const why = whyNotServed(resource);
    return why === undefined
      ? { state: "realised", reason: "fauxqs" }
      : { state: "unsupported", reason: why };
  }

  prepare(surroundings: PrepareContext): void {
    if (hasData(surroundings.dataFolder(FOLDER)))
      this.#prepared.begin(() => this.#startEmulator(surroundings));
  }

  async start(context: LocalContext): Promise<void> {
    await this.update(context);
  }

  /** A program without queues and buckets costs nothing; one that gets its first later starts the emulator then. */
  async update(context: LocalContext): Promise<void> {
    this.#declared = declaredStores(context.recording);
    const { queues, buckets } = this.#declared;
    this.#refusals.report(queueRefusals(queues), context.log);
    if (!this.#emulator) {
      if (queues.length + buckets.length === 0) return;
      this.#emulator = await this.#prepared.take(() => this.#startEmulator(context));
      context.addresses.variable("AWS_ENDPOINT_URL_SQS", this.#emulator.url);
      context.addresses.variable("AWS_ENDPOINT_URL_S3", this.#emulator.url);
    }
    const emulator = this.#emulator;
    for (const name of await emulator.declare(this.#declared, this.#iam.roles))
      this.#reportKept(name, context);
    for (const { url } of queues) context.addresses.replace(url, localQueueUrl(url, emulator.url));
  }

  async stop(): Promise<void> {
    const emulator = this.#emulator ?? (await this.#prepared.untaken());
    await emulator?.stop();
    this.#emulator = undefined;
  }

  async #startEmulator({ dataFolder, ports, log }: PrepareContext): Promise<Emulator<Declared, ObjectEvent>> {
    const emulator = new Emulator<Declared, ObjectEvent>({
      name: "SQS and S3",
      entry: sibling(import.meta.url, "thread"),
      folder: dataFolder(FOLDER),
      port: ports.of("SQS and S3"),
      log,
      onRefusal: (refusal) => this.#iam.report(refusal, log),
      observer: this.#observer,
      onEvent: (event) => {
        for (const listener of this.#listeners) listener(event);
      },
    });
    await emulator.start();
    return emulator;
  }

  #reportKept(name: string, { log, dataFolder }: LocalContext): void {
    if (this.#reported.has(name)) return;
    this.#reported.add(name);
    log(`SQS and S3: ${name} is no longer declared; what it holds stays in ${dataFolder(FOLDER)}.`);
  }
}

function versioningParity(inputs: Values): Parity {
  return text(object(inputs.versioningConfiguration).mfaDelete) === "Enabled"
    ? { state: "unsupported", reason: "a version is deleted here without a second factor" }
    : { state: "realised", reason: "versions of objects are kept; none is deleted for its age" };
}
