// #region books or movies
/** A DynamoDB that answers what a test tells it to; it fails on anything it was not told. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface DynamoCall {
  /** e.g. `BatchWriteItem`. */
  operation: string;

  input: Record<string, unknown>;
}

export interface DynamoAnswer {
  status?: number;
  body: unknown;
}

export class DynamoStub {
  readonly calls: DynamoCall[] = [];
  #server: Server | undefined;
  #answers: ((call: DynamoCall) => DynamoAnswer)[] = [];
  #last: ((call: DynamoCall) => DynamoAnswer) | undefined;

  /** Once it is started. */
  address = "";

  /** The next calls get these answers, one each; calls after them get the last. */
  answer(...answers: ((call: DynamoCall) => DynamoAnswer)[]): void {
    this.#answers = answers;
    this.calls.length = 0;
  }

  async start(): Promise<void> {
    this.#server = createServer(async (request, response) => {
      let text = "";
      for await (const chunk of request) text += chunk;
      const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
      const call = { operation, input: JSON.parse(text) };
      this.calls.push(call);
      this.#last = this.#answers.shift() ?? this.#last;
      const { status = 200, body } = this.#last?.(call) ?? { status: 500, body: { message: "told nothing" } };
      response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
      response.end(JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.address = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  }
}

/** An error as DynamoDB gives it. */
export const failure =
  (name: string, status = 400) =>
  (): DynamoAnswer => ({
    status,
    body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: `a ${name}` },
  });
