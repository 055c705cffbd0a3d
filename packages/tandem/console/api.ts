/** The console's API: which request is answered by what. `openapi.json` beside it describes the same for others. */
import { readFileSync } from "node:fs";
import type { LocalRun } from "../local/run.ts";
import type { Recording } from "../program/recording.ts";
import { isObject, type JsonObject, parseExactly } from "../shared/json.ts";
import { UserError } from "../shared/user-error.js";
import type { Item } from "./attribute-values.ts";
import { Functions } from "./functions.ts";
import { type ChangesSummary, changesOf, costOf, homeOf, pictureOf } from "./home.ts";
import { MOST_MINUTES, Monitoring } from "./monitoring.ts";
import { MOST_ENTRIES, type Recorder } from "./recorder.ts";
import { Requests } from "./requests.ts";
import { Routes } from "./routes.ts";
import { Mask } from "./secrets.ts";
import { type ConsoleRequest, failure, json, type Reply } from "./server.ts";
import { Stores } from "./stores.ts";
import { MOST_TRACES } from "./trace-store.ts";
import { Traces } from "./traces/traces.ts";

/** What stands for `{…}` in a path, decoded. */
type Values = readonly string[];
type Answer = (values: Values, asked: ConsoleRequest) => Reply | Promise<Reply>;

const DEFAULT_MINUTES = 60;

export class Api {
  readonly #run: LocalRun;
  readonly #functions: Functions;
  readonly #stores: Stores;
  readonly #monitoring: Monitoring;
  readonly #routes: Record<string, Answer>;
  #comparing: { base: string; changes: Promise<ChangesSummary> } | undefined;
  #mask: { recording: Recording; mask: Mask } | undefined;

  constructor(run: LocalRun, recorder: Recorder) {
    this.#run = run;
    this.#functions = new Functions(run, recorder);
    const requests = new Requests(run, recorder, this.#functions);
    const stores = new Stores(run);
    const routes = new Routes(run);
    const traces = new Traces(run, recorder);
    const monitoring = new Monitoring(run, recorder);
    this.#monitoring = monitoring;
    this.#stores = stores;
    this.#routes = {
      "GET /api/openapi.json": () =>
        json(JSON.parse(readFileSync(new URL("openapi.json", import.meta.url), "utf8"))),
      "GET /api/requests": (_, { query }) => json(requests.list(query, this.mask)),
      "DELETE /api/requests": () => {
        recorder.clear();
        return json({ rows: [], counts: recorder.counts });
      },
      "GET /api/requests/{id}": async ([id = ""]) => {
        const detail = await requests.detail(Number(id), this.mask);
        return detail ? json(detail) : notKept(`Request ${id}`, MOST_ENTRIES);
      },
      "POST /api/send": async (_, { body }) => json(await requests.send(read(body), this.mask)),
      "GET /api/functions": () => json({ functions: this.#functions.list() }),
      "GET /api/functions/{name}": ([name = ""]) => {
        const detail = this.#functions.detail(name, this.mask);
        return detail ? json(this.mask.all(detail)) : failure(404, `There is no function ${name}.`);
      },
      "POST /api/functions/{name}/invoke": async ([name = ""], { body }) => {
        const { event } = read(body);
        return json(await this.#functions.invoke(name, event, this.mask));
      },
      "PUT /api/functions/{name}/events/{called}": ([name = "", called = ""], { body }) => {
        this.#functions.save(name, called, read(body).event);
        return json({ saved: called });
      },
      "DELETE /api/functions/{name}/events/{called}": ([name = "", called = ""]) =>
        this.#functions.forget(name, called)
          ? json({ forgotten: called })
          : failure(404, `There is no saved event ${called}.`),
      "GET /api/home": () => json(this.mask.all(homeOf(run, recorder, this.#functions.list()))),
      "GET /api/cost": async () => json(this.mask.all(await costOf(run))),
      "GET /api/changes": async (_, { query }) =>
        json(this.mask.all(await this.#changes(query.get("base") ?? "main"))),
      "GET /api/pictures/{name}": async ([name = ""]) => {
        const body = await pictureOf(run, recorder, name);
        return body === undefined
          ? failure(404, `There is no picture ${name}.`)
          : { status: 200, type: "image/svg+xml", body };
      },
      "GET /api/monitoring": async () => json(this.mask.all(await monitoring.summary())),
      "GET /api/alarms/{name}": async ([name = ""], { query }) => {
        const alarm = await monitoring.alarm(name, minutesIn(query));
        return alarm ? json(this.mask.all(alarm)) : failure(404, `There is no alarm ${name}.`);
      },
      "GET /api/dashboards/{name}": async ([name = ""], { query }) => {
        const dashboard = await monitoring.dashboard(name, minutesIn(query));
        return dashboard ? json(this.mask.all(dashboard)) : failure(404, `There is no dashboard ${name}.`);
      },
      "GET /api/routes": () => json(this.mask.all(routes.summary())),
      "POST /api/token": async (_, { body }) => {
        const { authorizer, scopes } = read(body);
        const wanted = Array.isArray(scopes) ? scopes.map(String) : [];
        return json({ token: await routes.token(textIn(authorizer, "authorizer"), wanted) });
      },
      "GET /api/traces": (_, { query }) => json(traces.summary(query.get("filter") ?? "", this.mask)),
      "DELETE /api/traces": () => {
        recorder.traces.clear();
        return done;
      },
      "GET /api/traces/{id}": ([id = ""]) => {
        const detail = traces.detail(id, this.mask);
        return detail ? json(detail) : notKept(`Trace ${id}`, MOST_TRACES);
      },
      "PUT /api/sampling": (_, { body }) => json(traces.setAll(read(body).all === true)),
      "GET /api/data": async () => json(this.mask.all(await stores.summary())),
      "GET /api/tables/{name}/items": async ([name = ""], { query }) =>
        json(await stores.items(name, Object.fromEntries(query))),
      "PUT /api/tables/{name}/items": async ([name = ""], { body }) => {
        const { value, isTyped } = read(body, parseExactly);
        await stores.putItem(name, objectIn(value, "value"), isTyped === true);
        return done;
      },
      "DELETE /api/tables/{name}/items": async ([name = ""], { body }) => {
        await stores.deleteItem(name, objectIn(read(body).key, "key") as Item);
        return done;
      },
      "GET /api/queues/{name}/messages": async ([name = ""]) =>
        json({ messages: await stores.messages(name) }),
      "POST /api/queues/{name}/messages": async ([name = ""], { body }) => {
        await stores.sendMessage(name, textIn(read(body).body, "body"));
        return done;
      },
      "DELETE /api/queues/{name}/messages": async ([name = ""]) => {
        await stores.purge(name);
        return done;
      },
      "POST /api/queues/{name}/redrive": async ([name = ""]) => json({ moved: await stores.redrive(name) }),
      "GET /api/buckets/{name}/objects": async ([name = ""], { query }) =>
        json({ objects: await stores.objects(name, query.get("prefix") ?? "") }),
      "GET /api/buckets/{name}/objects/{key}": async ([name = "", key = ""]) =>
        json(await stores.object(name, key)),
      "PUT /api/buckets/{name}/objects/{key}": async ([name = "", key = ""], { body }) => {
        await stores.putObject(name, key, body);
        return done;
      },
      "DELETE /api/buckets/{name}/objects/{key}": async ([name = "", key = ""]) => {
        await stores.deleteObject(name, key);
        return done;
      },
      "GET /api/collections/{database}/{name}/documents": async ([database = "", name = ""], { query }) =>
        json({ documents: await stores.documents(database, name, query.get("filter") ?? "") }),
      "PUT /api/collections/{database}/{name}/documents": async ([database = "", name = ""], { body }) => {
        await stores.putDocument(database, name, objectIn(read(body).value, "value"));
        return done;
      },
      "DELETE /api/collections/{database}/{name}/documents": async ([database = "", name = ""], { body }) =>
        (await stores.deleteDocument(database, name, read(body).id))
          ? done
          : failure(404, "There is no document with this id any more."),
      "POST /api/schedules/{id}/run": async ([id = ""]) => {
        await stores.runSchedule(id);
        return done;
      },
    };
  }

  /** Every path with its method, as `openapi.json` has to list them. */
  get paths(): string[] {
    return Object.keys(this.#routes);
  }

  /** Of the program as it is now. */
  get mask(): Mask {
    const { recording } = this.#run;
    if (this.#mask?.recording !== recording) this.#mask = { recording, mask: Mask.of(recording) };
    return this.#mask.mask;
  }

  /** What goes on beside the requests. */
  begin(): void {
    this.#monitoring.begin();
  }

  close(): Promise<void> {
    this.#monitoring.close();
    return this.#stores.close();
  }

  async answer(asked: ConsoleRequest): Promise<Reply> {
    for (const [key, answer] of Object.entries(this.#routes)) {
      const values = match(key, asked);
      if (!values) continue;
      try {
        return await answer(values, asked);
      } catch (error) {
        const { name, message } = error as Error;
        const isByPerson = error instanceof UserError || BY_PERSON.has(name);
        return failure(isByPerson ? 400 : 500, this.#run.hide(message));
      }
    }
    return failure(404, `The console has no ${asked.method} ${asked.path}.`);
  }

  /** Two comparisons at once would only take twice as long. */
  #changes(base: string): Promise<ChangesSummary> {
    const going = this.#comparing;
    if (going?.base === base) return going.changes;
    const changes = changesOf(this.#run, base).finally(() => {
      this.#comparing = undefined;
    });
    this.#comparing = { base, changes };
    return changes;
  }
}

/** Errors that tell of what a person asked for. */
const BY_PERSON = new Set([
  "ResourceNotFoundException",
  "InvalidRuntimeException",
  "FunctionNotLoaded",
  "StoreNotThere",
]);

const done = json({ done: true });

function notKept(what: string, most: number): Reply {
  return failure(
    404,
    `${what} is not kept any more, or never was: the last ${most.toLocaleString("en-US")} are.`,
  );
}

/** How far a graph looks back. */
function minutesIn(query: URLSearchParams): number {
  const minutes = Number(query.get("minutes") ?? DEFAULT_MINUTES);
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES) return minutes;
  throw new UserError(`"minutes" has to be a whole number from 1 to ${MOST_MINUTES}: so long it is kept.`);
}

function objectIn(value: unknown, name: string): JsonObject {
  if (isObject(value)) return value;
  throw new UserError(`"${name}" has to be a JSON object.`);
}

function textIn(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  throw new UserError(`"${name}" has to be a text.`);
}

function read(body: Buffer, parse: (text: string) => unknown = JSON.parse): JsonObject {
  if (body.length === 0) return {};
  try {
    const value = parse(body.toString());
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new UserError("The body of the request is no JSON object.");
}

/** `GET /api/requests/{id}` and the like: a part in braces stands for one segment. */
function match(key: string, { method, path }: ConsoleRequest): string[] | undefined {
  const [wanted, pattern = ""] = key.split(" ");
  if (wanted !== method) return undefined;
  const patterns = pattern.split("/");
  const parts = path.split("/");
  if (patterns.length !== parts.length) return undefined;
  const values: string[] = [];
  for (const [index, part] of patterns.entries()) {
    const given = parts[index] ?? "";
    if (!part.startsWith("{")) {
      if (part !== given) return undefined;
      continue;
    }
    try {
      values.push(decodeURIComponent(given));
    } catch {
      return undefined; // a stray percent sign names nothing
    }
  }
  return values;
}
