/** Secrets Manager and parameters of Systems Manager: values of the program, read under IAM. A program without them costs nothing. */

import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { regionOf } from "../../program/reading/region.ts";
import { declared } from "../../program/reading/resources.ts";
import { texts } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { makeFolder } from "../../shared/make-folder.js";
import { reportCalls } from "../emulators/call-reports.ts";
import type { FrontRequest } from "../emulators/front.ts";
import type { IamService } from "../iam/service.ts";
import type { Observer } from "../observer.ts";
import { type ApiOptions, answerApi, type Operations } from "../other-services/json-api.ts";
import type { OtherAwsService } from "../other-services/service.ts";
import type { LocalContext, Parity, Service } from "../service.ts";
import { EXTENSION_LAYER } from "../workers/layers.ts";
import { FUNCTION } from "../workers/settings.ts";
import { PARAMETER, readParameters, readSecrets, SECRET, SECRET_VERSION } from "./declared.ts";
import { EXTENSION_PORT, openExtension } from "./extension.ts";
import { KeptValues } from "./kept-values.ts";
import { parameterStore } from "./parameter-store.ts";
import { secretsManager } from "./secrets-manager.ts";

const READ = "read and put under IAM; a value that only a deployment knows is made up once and kept";

/** What does something in the cloud and nothing here, besides what stays a setting. */
const PARITY: Record<string, Parity> = {
  [SECRET]: { state: "realised", reason: READ },
  [SECRET_VERSION]: { state: "realised", reason: "the secret's value" },
  [PARAMETER]: { state: "realised", reason: READ },
  "aws:secretsmanager/secretPolicy:SecretPolicy": {
    state: "unsupported",
    reason: "policies of secrets are not judged here",
  },
  "aws:secretsmanager/secretRotation:SecretRotation": {
    state: "unsupported",
    reason: "secrets are not rotated here",
  },
};

export interface SecretsOptions {
  otherServices: OtherAwsService;
  iam: IamService;
  observer?: Observer | undefined;
  /** Of the extension; AWS's own unless given. */
  extensionPort?: number;
}

export class SecretsAndParametersService implements Service {
  readonly name = "secrets and parameters";
  readonly #options: SecretsOptions;
  readonly #secrets: Operations;
  readonly #parameters: Operations;
  readonly #api: ApiOptions;
  #recording: Recording | undefined;
  #values: KeptValues | undefined;
  #extension: Server | undefined;
  #log: (line: string) => void = () => {};

  constructor(options: SecretsOptions) {
    this.#options = options;
    const { iam } = options;
    this.#api = { guard: () => iam.guard, onRefusal: (refusal) => iam.report(refusal, this.#log) };
    this.#secrets = secretsManager(
      () => (this.#recording ? readSecrets(this.#recording) : []),
      () => this.#kept(),
    );
    this.#parameters = parameterStore(
      () => (this.#recording ? readParameters(this.#recording) : []),
      () => this.#kept(),
    );
  }

  /** Where the extension listens; undefined where no function has its layer. */
  get extensionPort(): number | undefined {
    return (this.#extension?.address() as AddressInfo | null | undefined)?.port;
  }

  parity({ type, read }: RecordedResource): Parity | undefined {
    return read ? undefined : PARITY[type];
  }

  async start(context: LocalContext): Promise<void> {
    await this.update(context);
  }

  async update(context: LocalContext): Promise<void> {
    const { recording, log } = context;
    this.#recording = recording;
    this.#log = log;
    const [secrets, parameters] = [readSecrets(recording), readParameters(recording)];
    if (secrets.length + parameters.length === 0) return;
    if (!this.#values) this.#open(context);
    const values = this.#kept();
    for (const { arn, current } of secrets) if (current) values.declare(arn, current);
    for (const { arn, value } of parameters) values.declare(arn, { value });
    if (!this.#extension && usesExtension(recording)) await this.#openExtension();
  }

  async stop(): Promise<void> {
    const extension = this.#extension;
    this.#extension = undefined;
    if (!extension) return;
    const closed = new Promise((resolve) => extension.close(resolve));
    extension.closeAllConnections();
    await closed;
  }

  #open({ dataFolder }: LocalContext): void {
    const folder = dataFolder("secrets-and-parameters");
    makeFolder(folder, 0o700);
    this.#values = new KeptValues(path.join(folder, "values.json"));
    this.#serve("secretsmanager", "Secrets Manager", this.#secrets);
    this.#serve("ssm", "Parameter Store", this.#parameters);
  }

  #serve(service: string, called: string, operations: Operations): void {
    const { otherServices, observer } = this.#options;
    otherServices.serve(service, {
      answer: (request: FrontRequest) => answerApi(request, service, called, operations, this.#api),
      answered: observer && reportCalls((calls) => observer.calls({ store: called, ...calls })),
    });
  }

  async #openExtension(): Promise<void> {
    const { extensionPort = EXTENSION_PORT } = this.#options;
    const options = {
      ...this.#api,
      secrets: this.#secrets,
      parameters: this.#parameters,
      region: () => regionOf(this.#recording ?? { config: {} }),
    };
    try {
      this.#extension = await openExtension(options, extensionPort);
    } catch (error) {
      const { message } = error as Error;
      this.#log(
        `The Parameters and Secrets Extension cannot listen on port ${extensionPort} (${message}): functions that ask it get no answer.`,
      );
    }
  }

  #kept(): KeptValues {
    if (!this.#values) throw new Error("secrets and parameters are asked for before they are there");
    return this.#values;
  }
}

function usesExtension(recording: Recording): boolean {
  return declared(recording, FUNCTION).some(({ inputs }) =>
    texts(inputs.layers).some((layer) => EXTENSION_LAYER.test(layer)),
  );
}
