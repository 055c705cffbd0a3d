/** Requests and events that are kept: as rows, one with all that is known of it, and sent once more. */
import { REPORT_AFTER_MS } from "../local/emulators/call-reports.ts";
import type { LocalRun } from "../local/run.ts";
import type { ServedAddress } from "../local/served-address.ts";
import { MONGODB } from "../local/workers/mongodb-reports.ts";
import type { JsonObject } from "../shared/json.ts";
import { UserError } from "../shared/user-error.js";
import { type Detail, detailOf, type Summary, summaryOf } from "./described.ts";
import type { Functions } from "./functions.ts";
import type { KeptRequest, Recorder } from "./recorder.ts";
import { Remedies, type Remedy } from "./remedy.ts";
import type { Mask } from "./secrets.ts";
import { type Answered, type Sent, sendRequest } from "./send-request.ts";

/** So long it is waited for the stores' own account of a request: they tell of their calls together. */
const STORES_REPORT_MS = REPORT_AFTER_MS + 10;
const MOST_LISTED = 500;

export interface RequestDetail extends Detail {
  /** That it came by; absent where it is not served any more. */
  address?: ServedAddress;
  /** For each refusal, in their order. */
  remedies: Remedy[];
  /** What of its calls cannot be listed. */
  unlisted?: string;
}

export interface RequestList {
  /** Newest first. */
  rows: Summary[];
  counts: Recorder["counts"];
}

export class Requests {
  readonly #run: LocalRun;
  readonly #recorder: Recorder;
  readonly #functions: Functions;

  constructor(run: LocalRun, recorder: Recorder, functions: Functions) {
    this.#run = run;
    this.#recorder = recorder;
    this.#functions = functions;
  }

  /** @param query `most` of them, of which a text is looked for as `search` */
  list(query: URLSearchParams, mask: Mask): RequestList {
    const most = Math.min(Number(query.get("most") ?? MOST_LISTED) || MOST_LISTED, MOST_LISTED);
    const wanted = (query.get("search") ?? "").toLowerCase();
    const rows: Summary[] = [];
    for (const entry of this.#recorder.entries()) {
      if (rows.length >= most) break;
      const row = summaryOf(entry, this.#recorder);
      if (
        wanted === "" ||
        `${row.method} ${row.title} ${row.status} ${row.function ?? ""}`.toLowerCase().includes(wanted)
      )
        rows.push(row);
    }
    return { rows: mask.all(rows), counts: this.#recorder.counts };
  }

  /** Undefined for one that is not kept any more. */
  async detail(id: number, mask: Mask): Promise<RequestDetail | undefined> {
    const entry = this.#recorder.entry(id);
    if (!entry) return undefined;
    if (Date.now() - entry.time < 1_000)
      await new Promise((resolve) => setTimeout(resolve, STORES_REPORT_MS));
    const detail = detailOf(entry, this.#recorder, mask);
    const unlisted = this.#unlisted(detail);
    const address = entry.kind === "request" ? this.#addressOf(entry) : undefined;
    return {
      ...detail,
      remedies: this.#remedies(detail),
      ...(address === undefined ? {} : { address }),
      ...(unlisted === undefined ? {} : { unlisted }),
    };
  }

  /** `again`: id of the request whose headers are taken where they were masked. */
  async send(asked: JsonObject, mask: Mask): Promise<Answered & { id?: number }> {
    const { again, api, type, ...sent } = asked as unknown as Partial<Sent> & {
      again?: number;
      api?: string;
      type?: string;
    };
    const entry = again === undefined ? undefined : this.#recorder.entry(again);
    const known = entry?.kind === "request" ? entry : undefined;
    const address = known && api === undefined ? this.#addressOf(known) : this.#addressBy(api, type);
    if (address === undefined) throw new UserError(nothingAt(known?.api, api, type));
    const { url } = address;
    if (address.type === "WEBSOCKET")
      throw new UserError(
        `It came by a WebSocket: send it by a client of one, e.g. npx wscat -c ${url}/<stage>.`,
      );
    const { method = "GET", target = "/", headers = [], body: text = "" } = sent;
    if (!/^[A-Z]+$/.test(method)) throw new UserError(`${JSON.stringify(method)} is no method of HTTP.`);
    if (!/^\/[\x21-\x7e]*$/.test(target))
      throw new UserError(
        `${JSON.stringify(target)} is no target: a path that begins with / and is encoded.`,
      );
    const answered = await sendRequest(url, { method, target, headers, body: text }, known?.headers);
    const id = this.#idOf(answered.headers);
    return {
      ...answered,
      body: mask.text(answered.body),
      headers: mask.headers(answered.headers),
      ...(id === undefined ? {} : { id }),
    };
  }

  #addressOf({ apiId }: KeptRequest): ServedAddress | undefined {
    return this.#run.services.addresses().find(({ id }) => id === apiId);
  }

  /** The first of that name and type, of those that are given. */
  #addressBy(api: string | undefined, type: string | undefined): ServedAddress | undefined {
    return this.#run.services
      .addresses()
      .find((one) => (api ?? one.name) === one.name && (type ?? one.type) === one.type);
  }

  /** The gateway puts an id of its own into every answer. */
  #idOf(headers: readonly [string, string][]): number | undefined {
    const own = headers.find(([name]) => /^(apigw-requestid|x-amzn-requestid)$/i.test(name))?.[1];
    if (own === undefined) return undefined;
    for (const entry of this.#recorder.entries()) {
      if (entry.kind === "request" && entry.answerHeaders.includes(own)) return entry.id;
    }
    return undefined;
  }

  #remedies({ calls }: Detail): Remedy[] {
    const refused = calls.flatMap(({ decisions, session, trace }) =>
      decisions
        .filter(({ refusal }) => refusal)
        .map(({ action, resource }) => ({
          action,
          resource,
          name: this.#recorder.functionOf({ trace, session }),
        })),
    );
    if (refused.length === 0) return [];
    const remedies = new Remedies(this.#run.recording, this.#run.services.iam.roles);
    return refused.map(({ name, action, resource }) => remedies.of(name, action, resource));
  }

  /** What of a function's calls to MongoDB its worker does not see. */
  #unlisted({ function: name, calls }: Detail): string | undefined {
    if (this.#run.services.mongodb.uri === undefined || name === undefined) return undefined;
    if (!this.#functions.reachesMongodb(name)) return undefined;
    if (calls.some(({ store }) => store === MONGODB)) return undefined;
    return "No call to MongoDB is listed. Not seen are calls while the function was loaded, those of its own threads and programs, those without an answer, and what is beyond 200 a second.";
  }
}

function nothingAt(came?: string, api?: string, type?: string): string {
  if (api !== undefined || type !== undefined)
    return `There is no API ${JSON.stringify(api ?? "")}${type === undefined ? "" : ` of type ${type}`}.`;
  return came === undefined
    ? "The program declares no API."
    : `${came}, by which it came, is not served any more.`;
}
