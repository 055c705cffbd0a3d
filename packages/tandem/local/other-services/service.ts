/**
 * The endpoint of every service of AWS that has none of its own: small ones are answered by who realises them, the rest is refused
 * by name. Without it the SDK of a function would call the cloud's own API, with a key that only this machine knows.
 */
import type { IncomingHttpHeaders } from "node:http";
import { type Answer, type Answered, createFront, type FrontRequest } from "../emulators/front.ts";
import { escapeXml } from "../escape-xml.ts";
import type { IamService } from "../iam/service.ts";
import { readSignature } from "../iam/signature.ts";
import { listenAgain } from "../kept-ports.ts";
import type { LocalContext, Service } from "../service.ts";
import { type EitherVersion, eitherVersion } from "./either-version.ts";

/** The SDK asks the endpoint of a service first, and this one for services without. */
const VARIABLE = "AWS_ENDPOINT_URL";
/** More than any of these services takes. */
const LARGEST_REQUEST = 33_554_432;

export interface ServiceApi {
  answer(request: FrontRequest): Promise<Answer>;
  /** Told of each answer, where somebody looks. */
  answered?: Answered | undefined;
}

export class OtherAwsService implements Service {
  readonly name = "other services";
  readonly #iam: IamService;
  readonly #port: EitherVersion;
  /** By the name that a signature has for the service. */
  readonly #apis = new Map<string, ServiceApi>();
  readonly #reported = new Set<string>();
  #log: (line: string) => void = () => {};

  constructor(iam: IamService) {
    this.#iam = iam;
    const front = createFront({
      largestRequest: LARGEST_REQUEST,
      tooLarge: { status: 413, headers: {}, body: "" },
      answer: async (request) => this.#apiOf(request)?.answer(request) ?? this.#refuse(request),
      answered: (request, ...more) => this.#apiOf(request)?.answered?.(request, ...more),
      failed: (error) => ({ ...inProtocol("", "InternalFailure", String(error)), status: 500 }),
    });
    this.#port = eitherVersion(front);
  }

  /** `service`: as a signature names it, e.g. `sns`. */
  serve(service: string, api: ServiceApi): void {
    this.#apis.set(service, api);
  }

  parity(): undefined {
    return undefined;
  }

  async start({ addresses, ports, log }: LocalContext): Promise<void> {
    this.#log = log;
    const port = await listenAgain(this.#port.server, ports.of("other services"));
    addresses.variable(VARIABLE, `http://127.0.0.1:${port}`);
  }

  async stop(): Promise<void> {
    if (this.#port.server.listening) await this.#port.close();
  }

  #apiOf(request: FrontRequest): ServiceApi | undefined {
    return this.#apis.get(readSignature(request)?.service ?? "");
  }

  #refuse(request: FrontRequest): Answer {
    const { headers } = request;
    const signature = readSignature(request);
    const service = signature?.service ?? "this service";
    const role = this.#iam.roles.find(({ accessKeyId }) => accessKeyId === signature?.accessKeyId);
    const operation = operationOf(request);
    const message = `${operation ? `${operation}: ` : ""}${service} is not there in the local run`;
    this.#reportOnce(
      `${role?.session ?? "A function"} asked for ${service}, which is not there in the local run.`,
    );
    return notImplemented(headers, message);
  }

  #reportOnce(line: string): void {
    if (this.#reported.has(line)) return;
    this.#reported.add(line);
    this.#log(line);
  }
}

/** What no service here answers, in the protocol it was asked in. */
export function notImplemented(headers: IncomingHttpHeaders, message: string): Answer {
  // Version 2 of the SDK tries again after every status from 500 on.
  const isSecondSdk = /^aws-sdk-nodejs\/2\./.test(headers["user-agent"] ?? "");
  const answer = inProtocol(String(headers["content-type"] ?? ""), "NotImplemented", message);
  return { ...answer, status: isSecondSdk ? 400 : 501 };
}

/** By its header, or by the form's `Action`, which older protocols send. */
export function operationOf({ headers, body }: FrontRequest): string | undefined {
  const target = String(headers["x-amz-target"] ?? "")
    .split(".")
    .at(-1);
  if (target) return target;
  if (!/form-urlencoded/.test(String(headers["content-type"]))) return undefined;
  return new URLSearchParams(body.toString()).get("Action") ?? undefined;
}

/** Older protocols speak XML, in requests that are forms. */
function inProtocol(requestType: string, code: string, message: string): Omit<Answer, "status"> {
  if (!/form-urlencoded|xml/.test(requestType)) {
    const body = JSON.stringify({ __type: code, code, message });
    return { headers: { "content-type": "application/json" }, body };
  }
  const error = `<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return { headers: { "content-type": "text/xml" }, body: `<ErrorResponse>${error}</ErrorResponse>` };
}
