/**
 * Answers for every service of AWS that is not realised here. Without it the SDK of a function would call the cloud's
 * own API, with a key that only this machine knows.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createLocalServer } from "../callers.ts";
import type { IamService } from "../iam/service.ts";
import { readSignature } from "../iam/signature.ts";
import { listenAgain } from "../kept-ports.ts";
import type { LocalContext, Service } from "../service.ts";

/** The SDK asks the endpoint of a service first, and this one for services without. */
const VARIABLE = "AWS_ENDPOINT_URL";

export class OtherAwsService implements Service {
  readonly name = "other services";
  readonly #iam: IamService;
  readonly #server: Server;
  readonly #said = new Set<string>();
  #log: (line: string) => void = () => {};

  constructor(iam: IamService) {
    this.#iam = iam;
    this.#server = createLocalServer((request, response) => void this.#refuse(request, response));
  }

  parity(): undefined {
    return undefined;
  }

  async start({ addresses, ports, log }: LocalContext): Promise<void> {
    this.#log = log;
    const port = await listenAgain(this.#server, ports.of("other services"));
    addresses.variable(VARIABLE, `http://127.0.0.1:${port}`);
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.once("close", resolve));
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #refuse(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const signature = readSignature({ url: request.url ?? "/", headers: request.headers });
    const service = signature?.service ?? "this service";
    const role = this.#iam.roles.find(({ accessKeyId }) => accessKeyId === signature?.accessKeyId);
    const operation = await operationOf(request);
    const message = `${operation ? `${operation}: ` : ""}${service} is not there in the local run`;
    this.#say(`${role?.session ?? "A function"} asked for ${service}, which is not there in the local run.`);
    const { type, body } = inProtocol(String(request.headers["content-type"] ?? ""), message);
    // Version 2 of the SDK tries again after every status from 500 on.
    const isSecondSdk = /^aws-sdk-nodejs\/2\./.test(request.headers["user-agent"] ?? "");
    response.writeHead(isSecondSdk ? 400 : 501, { "content-type": type });
    response.end(body);
  }

  #say(line: string): void {
    if (this.#said.has(line)) return;
    this.#said.add(line);
    this.#log(line);
  }
}

/** Enough for the name of the operation, which older protocols send as a field of a form. */
const READ_OF_BODY = 65_536;

/** By its header, or by the form's `Action`; the rest of the body is read and dropped. */
async function operationOf(request: IncomingMessage): Promise<string | undefined> {
  const start: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (length < READ_OF_BODY) start.push(chunk);
    length += chunk.length;
  }
  const target = String(request.headers["x-amz-target"] ?? "")
    .split(".")
    .at(-1);
  if (target) return target;
  if (!/form-urlencoded/.test(String(request.headers["content-type"]))) return undefined;
  return new URLSearchParams(Buffer.concat(start).toString()).get("Action") ?? undefined;
}

/** Older protocols speak XML, in requests that are forms. */
function inProtocol(requestType: string, message: string): { type: string; body: string } {
  const code = "NotImplemented";
  if (!/form-urlencoded|xml/.test(requestType)) {
    return { type: "application/json", body: JSON.stringify({ __type: code, code, message }) };
  }
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { type: "text/xml", body: `<ErrorResponse>${error}</ErrorResponse>` };
}
