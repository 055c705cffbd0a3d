/** The functions of the run: what they are, how they did, what they may do and did, and what calls them. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Endpoint } from "../local/gateway/endpoints.ts";
import type { Role } from "../local/iam/guard.ts";
import { shownStatement } from "../local/iam/statements.ts";
import type { LocalRun } from "../local/run.ts";
import { routeEvent } from "../local/sample-events/route-event.ts";
import { sampleEvent } from "../local/sample-events/sample-events.ts";
import { triggersOf } from "../local/sample-events/triggers.ts";
import { FUNCTION, functionSettings, whyNotRunnable } from "../local/workers/settings.ts";
import type { UnpackedCode } from "../local/workers/unpack.ts";
import { textMatches } from "../program/reading/arn-pattern.ts";
import { declared } from "../program/reading/resources.ts";
import type { RecordedResource, Recording } from "../program/recording.ts";
import { UserError } from "../shared/user-error.js";
import { writeByRename } from "../shared/write-by-rename.ts";
import { described, type InvocationDescribed } from "./described.ts";
import { type Numbers, numbersOf } from "./numbers.ts";
import type { Recorder } from "./recorder.ts";
import type { Mask } from "./secrets.ts";

export interface FunctionSummary {
  /** Physical name. */
  name: string;
  logicalName: string;
  runtime: string;
  handler: string;
  memorySize: number;
  timeout: number;
  notRunnable?: string;
  numbers: Numbers;
}

export interface Permission {
  source: string;
  effect: "Allow" | "Deny";
  actions: { action: string; used: number }[];
  resources: string[];
}

export interface Sample {
  name: string;
  /** What it stands for, e.g. `GET /orders`. */
  why: string;
  event: unknown;
}

export interface FunctionDetail extends FunctionSummary {
  /** Threads that it has now; absent where it is not served. */
  workers?: number;
  /** Unpacked, as Lambda's limit counts. */
  codeBytes?: number;
  variables: { name: string; value: string }[];
  role: string;
  permissions: Permission[];
  /** What it asked for and was not given. */
  refused: { action: string; resource: string; count: number }[];
  samples: Sample[];
  saved: { name: string; event: unknown }[];
}

export class Functions {
  readonly #run: LocalRun;
  readonly #recorder: Recorder;
  /** Bytes of code, by its hash. */
  readonly #sizes = new Map<string, number>();

  constructor(run: LocalRun, recorder: Recorder) {
    this.#run = run;
    this.#recorder = recorder;
  }

  list(): FunctionSummary[] {
    return this.#resources().map((resource) => this.#summary(resource));
  }

  detail(name: string, mask: Mask): FunctionDetail | undefined {
    const resource = this.#find(name);
    if (!resource) return undefined;
    const { recording } = this.#run;
    const settings = functionSettings(resource, recording);
    const role = this.#run.services.iam.roles.find(({ arn }) => arn === settings.roleArn);
    const used = this.#recorder.usedBy(name);
    const endpoints = (this.#run.services.gateway?.endpoints() ?? []).filter((one) => one.function === name);
    const served = this.#run.services.workers.served(name);
    return {
      ...this.#summary(resource),
      ...(served ? { workers: served.workers, codeBytes: this.#sizeOf(served.code) } : {}),
      variables: Object.entries(settings.environment).map(([variable, value]) => ({
        name: variable,
        value: mask.variable(variable, value),
      })),
      role: role?.name ?? settings.roleArn ?? "",
      permissions: role ? permissionsOf(role, used) : [],
      refused: used
        .filter(({ refused }) => refused > 0)
        .map(({ action, resource: on, refused }) => ({ action, resource: on, count: refused })),
      samples: samplesOf(resource, recording, endpoints),
      saved: Object.entries(this.#saved()[name] ?? {}).map(([saved, event]) => ({ name: saved, event })),
    };
  }

  #sizeOf({ taskRoot, hash }: UnpackedCode): number {
    const known = this.#sizes.get(hash);
    if (known !== undefined) return known;
    const files = readdirSync(taskRoot, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    const size = files.reduce(
      (sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size,
      0,
    );
    this.#sizes.set(hash, size);
    return size;
  }

  /** By its variables: a connection string of Atlas. */
  reachesMongodb(name: string): boolean {
    const resource = this.#find(name);
    if (!resource) return false;
    const { environment } = functionSettings(resource, this.#run.recording);
    return Object.values(environment).some((value) => /^mongodb(\+srv)?:\/\//.test(value));
  }

  async invoke(name: string, event: unknown, mask: Mask): Promise<InvocationDescribed> {
    if (!this.#find(name)) throw new UserError(`There is no function ${name}.`);
    const lines: string[] = [];
    const time = Date.now();
    const started = performance.now();
    const result = await this.#run.services.workers.invoke(name, event, { log: (line) => lines.push(line) });
    return described(
      {
        time,
        milliseconds: performance.now() - started,
        requestId: result.requestId,
        functionName: name,
        caller: "person",
        trace: "",
        event: JSON.stringify(event ?? null),
        result,
        lines,
        concurrent: 1,
        isAsynchronous: false,
      },
      mask,
    );
  }

  save(name: string, called: string, event: unknown): void {
    const saved = this.#saved();
    saved[name] = { ...saved[name], [called]: event };
    this.#write(saved);
  }

  forget(name: string, called: string): boolean {
    const saved = this.#saved();
    if (saved[name]?.[called] === undefined) return false;
    delete saved[name][called];
    this.#write(saved);
    return true;
  }

  get #savedFile(): string {
    return path.join(this.#run.context.dataFolder("console"), "events.json");
  }

  #saved(): Record<string, Record<string, unknown>> {
    if (!existsSync(this.#savedFile)) return {};
    return JSON.parse(readFileSync(this.#savedFile, "utf8")) as Record<string, Record<string, unknown>>;
  }

  #write(saved: Record<string, Record<string, unknown>>): void {
    writeByRename(this.#savedFile, `${JSON.stringify(saved, undefined, 2)}\n`);
  }

  #resources(): RecordedResource[] {
    return declared(this.#run.recording, FUNCTION);
  }

  #find(name: string): RecordedResource | undefined {
    return this.#resources().find(
      (resource) => functionSettings(resource, this.#run.recording).name === name,
    );
  }

  #summary(resource: RecordedResource): FunctionSummary {
    const { name, logicalName, runtime, handler, memorySize, timeout } = functionSettings(
      resource,
      this.#run.recording,
    );
    const notRunnable = whyNotRunnable(resource, this.#run.recording);
    return {
      name,
      logicalName,
      runtime,
      handler,
      memorySize,
      timeout,
      ...(notRunnable === undefined ? {} : { notRunnable }),
      numbers: numbersOf(this.#recorder.metrics, name),
    };
  }
}

function permissionsOf(role: Role, used: ReturnType<Recorder["usedBy"]>): Permission[] {
  return [...role.statements, ...role.resourceStatements].map((statement) => ({
    source: statement.source,
    effect: statement.effect,
    resources: shownStatement(statement).resources,
    actions: statement.actions.map((action) => ({
      action,
      used: used
        .filter((one) => textMatches(action.toLowerCase(), one.action.toLowerCase()))
        .filter((one) =>
          statement.resources.some((resource) => textMatches(resource, one.resource) !== false),
        )
        .reduce((sum, { allowed }) => sum + allowed, 0),
    })),
  }));
}

/** Of every trigger that the program gives the function. */
function samplesOf(
  resource: RecordedResource,
  recording: Recording,
  endpoints: readonly Endpoint[],
): Sample[] {
  const { name } = functionSettings(resource, recording);
  // Stages have the same routes.
  const routes = new Map(endpoints.map(({ method, route }) => [`${method} ${route}`, { method, route }]));
  const samples = [
    ...[...routes.values()].map(({ method, route }) => requestSample(method, route, recording)),
    ...triggersOf(name, recording).map(
      ({ kind, why }): Sample => ({ name: kind, why, event: sampleEvent(kind, resource, recording) }),
    ),
  ];
  return samples.length > 0
    ? samples
    : [{ name: "empty", why: "neither a route nor a trigger calls it", event: {} }];
}

function requestSample(taken: string, route: string, recording: Recording): Sample {
  const method = taken === "ANY" ? "GET" : taken;
  const target = route.replaceAll(/\{\w+\+?\}/g, "sample");
  const body = /^(POST|PUT|PATCH)$/.test(method) ? "{}" : undefined;
  const name = `${method} ${route}`;
  try {
    return {
      name,
      why: "a request of this route",
      event: routeEvent(`${method} ${target}`, recording, body).event,
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { name, why: `no sample: ${error.message}`, event: {} };
  }
}
