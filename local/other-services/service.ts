/**
 * Answers for every service of AWS that is not realised here. Without it the SDK of a function would knock at the cloud's
 * own door, with a key that only this machine knows.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { IamService } from "../iam/service.ts";
import { readSignature } from "../iam/signature.ts";
import type { LocalContext, Service } from "../service.ts";

/** The SDK asks the endpoint of a service first, and this one for services without. */
const VARIABLE = "AWS_ENDPOINT_URL";

export class OtherServices implements Service {
  readonly name = "other services";
  readonly #iam: IamService;
  readonly #server: Server;
  readonly #said = new Set<string>();
  #log: (line: string) => void = () => {};

  constructor(iam: IamService) {
    this.#iam = iam;
    this.#server = createServer((request, response) => this.#refuse(request, response));
  }

  parity(): undefined {
    return undefined;
  }

  async start({ addresses, log }: LocalContext): Promise<void> {
    this.#log = log;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject).listen(0, "127.0.0.1", resolve);
    await promise;
    addresses.variable(VARIABLE, `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.once("close", resolve));
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #refuse(request: IncomingMessage, response: ServerResponse): void {
    const signature = readSignature({ url: request.url ?? "/", headers: request.headers });
    const service = signature?.service ?? "this service";
    const role = this.#iam.roles.find(({ accessKeyId }) => accessKeyId === signature?.accessKeyId);
    const operation = String(request.headers["x-amz-target"] ?? "")
      .split(".")
      .at(-1);
    const message = `${operation ? `${operation}: ` : ""}${service} is not there in the local run`;
    this.#say(`${role?.session ?? "A function"} asked for ${service}, which is not there in the local run.`);
    request.resume();
    const { type, body } = inProtocol(String(request.headers["content-type"] ?? ""), message);
    response.writeHead(501, { "content-type": type });
    response.end(body);
  }

  #say(line: string): void {
    if (this.#said.has(line)) return;
    this.#said.add(line);
    this.#log(line);
  }
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
