/**
 * The X-Ray daemon as programs meet it: documents come by UDP, questions about sampling by HTTP, both at one port of this
 * machine. Nothing that is sent here can end the run: what X-Ray would not take is counted.
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { isObject, type JsonObject, parseObject } from "../../shared/json.ts";
import { createServer } from "../../shared/node-http.ts";
import type { KeptPort } from "../kept-ports.ts";
import { listenAt } from "../kept-ports.ts";
import { RateLimit } from "../rate-limit.ts";
import { readBody } from "../read-body.ts";
import { type Read, readDatagram, readDocument } from "../xray/documents.ts";
import type { SamplingRule } from "../xray/sampling.ts";

export interface DaemonOptions {
  port: KeptPort;
  rules(): readonly SamplingRule[];
  /** Without it documents are taken, and nothing becomes of them. */
  onDocument?: ((read: Read) => void) | undefined;
  /** Of documents that came faster than they can be of use. */
  onLeftOut?: (() => void) | undefined;
  log(line: string): void;
  /** Milliseconds of a clock that only goes forward. */
  now?: () => number;
}

const HOST = "127.0.0.1";
/** Datagrams wait here while the run is at something else: the system's own 200 KB are a few dozen. */
const BUFFER = 4 * 1_048_576;
const LARGEST_REQUEST = 8 * 1_048_576;
/** More a second than anybody looks at; what is beyond is counted. */
const MOST_A_SECOND = 2_000;
/** How often it is tried to find a port that is free for both. */
const ATTEMPTS = 20;
/** Seconds between two reports of an SDK. */
const REPORT_SECONDS = 10;

export class Daemon {
  readonly #options: DaemonOptions;
  readonly #server: Server;
  #socket: Socket | undefined;
  readonly #limit: RateLimit;

  constructor(options: DaemonOptions) {
    this.#options = options;
    this.#limit = new RateLimit(MOST_A_SECOND, options.now);
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /** Gives the address that `AWS_XRAY_DAEMON_ADDRESS` names. */
  async listen(): Promise<string> {
    const { port: kept } = this.#options;
    let wanted = kept.last;
    for (let attempt = 1; ; attempt++) {
      const socket = createSocket("udp4");
      try {
        const port = await bound(socket, wanted);
        await listenAt(this.#server, port, false);
        this.#take(socket);
        kept.keep(port);
        return `${HOST}:${port}`;
      } catch (error) {
        await closed(socket);
        const { code } = error as NodeJS.ErrnoException;
        if (attempt === ATTEMPTS || (code !== "EADDRINUSE" && code !== "EACCES")) throw error;
        wanted = 0;
      }
    }
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    const serverClosed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await Promise.all([serverClosed, closed(socket)]);
  }

  #take(socket: Socket): void {
    this.#socket = socket;
    // A system that gives less gives what it has.
    socket.setRecvBufferSize(BUFFER);
    socket.on("message", (datagram) => this.#receive(() => readDatagram(datagram)));
    socket.on("error", ({ message }) => this.#options.log(`X-Ray daemon: ${message}`));
  }

  #receive(read: () => Read): void {
    const { onDocument, onLeftOut } = this.#options;
    if (!onDocument) return;
    if (this.#limit.take()) onDocument(read());
    else onLeftOut?.();
  }

  /** The part of X-Ray's API that its SDKs call by the daemon. */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, LARGEST_REQUEST);
    const asked = body && (body.length === 0 ? {} : parseObject(body));
    if (request.method !== "POST" || !asked) return send(response, 400, { message: "POST a JSON object." });
    const [path] = (request.url ?? "").split("?");
    if (path === "/GetSamplingRules") return send(response, 200, this.#samplingRules());
    if (path === "/SamplingTargets") return send(response, 200, this.#samplingTargets(asked));
    if (path === "/TraceSegments") return send(response, 200, this.#putSegments(asked));
    send(response, 501, {
      message: `${path} is not answered by the local run: its X-Ray knows GetSamplingRules, GetSamplingTargets and PutTraceSegments.`,
    });
  }

  #samplingRules(): JsonObject {
    const SamplingRuleRecords = this.#options.rules().map((rule) => ({
      CreatedAt: 0,
      ModifiedAt: 0,
      SamplingRule: {
        RuleName: rule.name,
        Priority: rule.priority,
        ReservoirSize: rule.reservoir,
        FixedRate: rule.rate,
        Host: rule.host,
        HTTPMethod: rule.method,
        URLPath: rule.path,
        ServiceName: rule.serviceName,
        ServiceType: rule.serviceType,
        ResourceARN: rule.resourceArn,
        Attributes: rule.attributes,
        Version: 1,
      },
    }));
    return { SamplingRuleRecords };
  }

  /** One run, one caller: it gets the whole reservoir. */
  #samplingTargets({ SamplingStatisticsDocuments: asked }: JsonObject): JsonObject {
    const now = Math.floor(Date.now() / 1_000);
    const names = new Set(
      (Array.isArray(asked) ? asked : []).map((one: unknown) => (isObject(one) ? one.RuleName : undefined)),
    );
    return {
      LastRuleModification: 0,
      UnprocessedStatistics: [],
      SamplingTargetDocuments: this.#options
        .rules()
        .filter(({ name }) => names.has(name))
        .map(({ name, rate, reservoir }) => ({
          RuleName: name,
          FixedRate: rate,
          ReservoirQuota: reservoir,
          ReservoirQuotaTTL: now + 2 * REPORT_SECONDS,
          Interval: REPORT_SECONDS,
        })),
    };
  }

  #putSegments({ TraceSegmentDocuments: documents }: JsonObject): JsonObject {
    const UnprocessedTraceSegments: object[] = [];
    for (const document of Array.isArray(documents) ? documents : []) {
      const read = readDocument(Buffer.from(String(document)));
      this.#receive(() => read);
      if ("refused" in read) UnprocessedTraceSegments.push({ ErrorCode: "Invalid", Message: read.refused });
    }
    return { UnprocessedTraceSegments };
  }
}

async function bound(socket: Socket, port: number): Promise<number> {
  const listening = once(socket, "listening");
  socket.bind({ address: HOST, port, exclusive: true });
  await listening;
  return socket.address().port;
}

async function closed(socket: Socket): Promise<void> {
  const closing = once(socket, "close");
  try {
    socket.close();
  } catch {
    return; // it never came to be open
  }
  await closing;
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}
