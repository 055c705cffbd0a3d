/** Runs a definition: one state after the other, with what it retries, catches and does at once. It knows neither clock nor service. */
import { setImmediate as letOthersGoOn } from "node:timers/promises";
import { isObject, type JsonObject } from "../../../shared/json.ts";
import { type Definition, innerDefinitions, type State } from "./definition.ts";
import { secondsOf, textWithinLimit } from "./limits.ts";
import { type StateData, stateData, type Variables } from "./state-data.ts";
import { isMeant, runtimeError, StateError } from "./state-error.ts";

/** What happens to a state, for the history. */
export interface StateEvent {
  /** As Step Functions names it, e.g. `TaskStateEntered`. */
  type: string;
  /** What stands below `stateEnteredEventDetails` and its kin. */
  details?: JsonObject | undefined;
}

export interface TaskCall {
  resource: string;
  /** With `$$.Task.Token` in it, where the task waits for one. */
  arguments: unknown;
  token: string;
  /** Undefined: as long as it takes. */
  timeoutSeconds: number | undefined;
  heartbeatSeconds: number | undefined;
  signal: AbortSignal;
  happened(event: StateEvent): void;
}

export interface Host {
  /** Rejects with a StateError. */
  task(call: TaskCall): Promise<unknown>;
  /** Resolves after so many milliseconds of the run's clock, rejects when aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  newToken(): string;
  /** @param before number of the event before it; @returns its own */
  happened(event: StateEvent, before: number): number;
}

/** One line of states: the machine itself, a branch, an item of a Map. */
interface Strand {
  context: JsonObject;
  variables: Variables;
  isJsonata: boolean;
  signal: AbortSignal;
  /** Number of the event before. */
  last: number;
}

interface Step {
  output: unknown;
  /** Undefined at the end. */
  next: string | undefined;
}

const SECOND_MS = 1_000;
/** Of a Retry that says nothing. */
const RETRY = { interval: 1, attempts: 3, rate: 2 };

export class Interpreter {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** @param context the context object, as far as it is the execution's */
  run(
    definition: Definition,
    input: unknown,
    context: JsonObject,
    signal: AbortSignal,
    last: number,
  ): Promise<unknown> {
    const isJsonata = definition.QueryLanguage === "JSONata";
    return this.#runStates(definition, input, { context, variables: {}, isJsonata, signal, last });
  }

  async #runStates(definition: Definition, input: unknown, strand: Strand): Promise<unknown> {
    let name = definition.StartAt;
    let data = input;
    for (;;) {
      strand.signal.throwIfAborted();
      const state = definition.States[name];
      if (!state) throw runtimeError(`There is no state ${name}`);
      const { output, next } = await this.#runState(name, state, data, strand);
      if (next === undefined) return output;
      name = next;
      data = output;
      // States that wait for nothing would hold up the whole run, for ever where they go round.
      await letOthersGoOn();
    }
  }

  async #runState(name: string, state: State, raw: unknown, strand: Strand): Promise<Step> {
    this.#happened(strand, `${state.Type}StateEntered`, { name, input: JSON.stringify(raw) });
    const attempts = new Map<unknown, number>();
    const entered = new Date().toISOString();
    for (let retries = 0; ; retries++) {
      const context = { ...strand.context, State: { EnteredTime: entered, Name: name, RetryCount: retries } };
      const own = { ...strand, context, isJsonata: languageOf(state, strand) };
      const data = stateData({ state, raw, context, variables: strand.variables }, own.isJsonata);
      try {
        const step = await this.#execute(name, state, data, own);
        strand.last = own.last;
        strand.variables = own.variables;
        return this.#left(name, state, step, strand);
      } catch (error) {
        strand.last = own.last;
        if (!(error instanceof StateError)) throw error;
        const pause = pauseBefore(state, error, attempts);
        if (pause === undefined)
          return this.#left(name, state, await caught(state, data, error, strand), strand);
        await this.#host.wait(pause, strand.signal);
      }
    }
  }

  #left(name: string, { Type: type }: State, step: Step, strand: Strand): Step {
    const output = textWithinLimit(step.output, name);
    this.#happened(strand, `${type}StateExited`, { name, output });
    return step;
  }

  async #execute(name: string, state: State, data: StateData, strand: Strand): Promise<Step> {
    switch (state.Type) {
      case "Choice":
        return this.#choose(state, data, strand);
      case "Fail": {
        const [error, why] = [await data.field("Error"), await data.field("Cause")];
        throw new StateError(String(error ?? ""), String(why ?? ""));
      }
      case "Wait":
        await this.#host.wait(await durationOf(data), strand.signal);
        return finish(state, await data.arguments(), data, strand);
      case "Pass":
        return finish(state, state.Result ?? (await data.arguments()), data, strand);
      case "Succeed":
        return finish(state, await data.arguments(), data, strand);
      case "Task":
        return finish(state, await this.#task(name, state, data, strand), data, strand);
      case "Parallel":
        return finish(state, await this.#parallel(state, data, strand), data, strand);
      case "Map":
        return finish(state, await this.#map(state, data, strand), data, strand);
      default:
        throw runtimeError(`The local run knows no state of type ${state.Type}`);
    }
  }

  async #choose(state: State, data: StateData, strand: Strand): Promise<Step> {
    const rules = Array.isArray(state.Choices) ? state.Choices.filter(isObject) : [];
    const input = await data.arguments();
    for (const rule of rules) {
      if (!(await data.holds(rule))) continue;
      strand.variables = await data.assigned(rule, input, "result");
      const of = strand.isJsonata ? rule : state;
      return { output: await data.output(of, input, "result"), next: String(rule.Next) };
    }
    if (typeof state.Default !== "string")
      throw new StateError("States.NoChoiceMatched", "No choice rule matched, and there is no Default");
    strand.variables = await data.assigned(state, input, "result");
    return { output: await data.output(state, input, "result"), next: state.Default };
  }

  async #task(name: string, state: State, data: StateData, strand: Strand): Promise<unknown> {
    const token = this.#host.newToken();
    (strand.context as { Task?: object }).Task = { Token: token };
    const result = await this.#host.task({
      resource: String(state.Resource),
      arguments: await data.arguments(),
      token,
      timeoutSeconds: await secondsOf("TimeoutSeconds", data),
      heartbeatSeconds: await secondsOf("HeartbeatSeconds", data),
      signal: strand.signal,
      happened: ({ type, details }) => this.#happened(strand, type, details),
    });
    textWithinLimit(result, name);
    return result;
  }

  async #parallel(state: State, data: StateData, strand: Strand): Promise<unknown> {
    const input = await data.arguments();
    this.#happened(strand, "ParallelStateStarted");
    const branches = innerDefinitions(state).map(
      (branch) => (inner: Strand) => this.#runStates(branch, structuredClone(input), inner),
    );
    const output = await this.#atOnce(branches, branches.length, strand, "ParallelStateFailed");
    this.#happened(strand, "ParallelStateSucceeded");
    return output;
  }

  async #map(state: State, data: StateData, strand: Strand): Promise<unknown> {
    const items = await data.items();
    const [processor] = innerDefinitions(state);
    if (!Array.isArray(items)) throw runtimeError(`A Map takes a list, not ${JSON.stringify(items)}`);
    if (!processor) throw runtimeError("A Map has no ItemProcessor");
    const most = Number((await data.field("MaxConcurrency")) ?? 0) || items.length;
    this.#happened(strand, "MapStateStarted", { length: items.length });
    const { Name: name } = (strand.context.State ?? {}) as { Name?: string };
    const runs = items.map((value: unknown, index) => async (inner: Strand) => {
      const context = { ...inner.context, Map: { Item: { Index: index, Value: value } } };
      const input = await data.item(value, context);
      const own = { ...inner, context };
      this.#happened(own, "MapIterationStarted", { name, index });
      const output = await this.#runStates(processor, input, own);
      this.#happened(own, "MapIterationSucceeded", { name, index });
      return output;
    });
    const output = await this.#atOnce(runs, most, strand, "MapStateFailed");
    this.#happened(strand, "MapStateSucceeded");
    return output;
  }

  /** The first that fails ends the others. */
  async #atOnce(
    runs: readonly ((strand: Strand) => Promise<unknown>)[],
    most: number,
    strand: Strand,
    failed: string,
  ): Promise<unknown[]> {
    const ended = new AbortController();
    const signal = AbortSignal.any([strand.signal, ended.signal]);
    const outputs: unknown[] = [];
    const queue = runs.entries();
    const worker = async () => {
      for (const [index, run] of queue) outputs[index] = await run({ ...strand, signal });
    };
    try {
      await Promise.all(Array.from({ length: Math.min(most, runs.length) }, worker));
      return outputs;
    } catch (error) {
      ended.abort();
      if (error instanceof StateError)
        this.#happened(strand, failed, { error: error.error, cause: error.why });
      throw error;
    }
  }

  #happened(strand: Strand, type: string, details?: JsonObject): void {
    strand.last = this.#host.happened({ type, details }, strand.last);
  }
}

function languageOf({ QueryLanguage: own }: State, { isJsonata }: Strand): boolean {
  return own === undefined ? isJsonata : own === "JSONata";
}

async function finish(state: State, result: unknown, data: StateData, strand: Strand): Promise<Step> {
  const output = await data.output(state, result, "result");
  strand.variables = await data.assigned(state, result, "result");
  return { output, next: state.Type !== "Succeed" && state.End !== true ? String(state.Next) : undefined };
}

/** Milliseconds from now. */
async function durationOf(data: StateData): Promise<number> {
  const seconds = await secondsOf("Seconds", data);
  if (seconds !== undefined) return seconds * SECOND_MS;
  const timestamp = await data.field("Timestamp");
  const time = Date.parse(String(timestamp));
  if (Number.isNaN(time)) throw runtimeError(`A Wait has no Seconds and no Timestamp: ${String(timestamp)}`);
  return Math.max(0, time - Date.now());
}

/** Milliseconds; undefined where it is not tried again. @param attempts of each retrier so far */
function pauseBefore(state: State, error: StateError, attempts: Map<unknown, number>): number | undefined {
  const retrier = firstMeant(state.Retry, error);
  const before = attempts.get(retrier) ?? 0;
  if (!retrier || before >= Number(retrier.MaxAttempts ?? RETRY.attempts)) return undefined;
  attempts.set(retrier, before + 1);
  const { IntervalSeconds: interval = RETRY.interval, BackoffRate: rate = RETRY.rate } = retrier;
  const most = Number(retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  const seconds = Math.min(most, Number(interval) * Number(rate) ** before);
  return seconds * SECOND_MS * (retrier.JitterStrategy === "FULL" ? Math.random() : 1);
}

/** Of a list of retriers or catchers the one that means the error. */
function firstMeant(list: unknown, error: StateError): JsonObject | undefined {
  const all = Array.isArray(list) ? list.filter(isObject) : [];
  return all.find(({ ErrorEquals: names }) => Array.isArray(names) && isMeant(names, error));
}

/** Throws the error where nothing catches it. */
async function caught(state: State, data: StateData, error: StateError, strand: Strand): Promise<Step> {
  const catcher = firstMeant(state.Catch, error);
  if (!catcher) throw error;
  const errorOutput = { Error: error.error, Cause: error.why };
  const output = await data.output(catcher, errorOutput, "errorOutput");
  strand.variables = await data.assigned(catcher, errorOutput, "errorOutput");
  return { output, next: String(catcher.Next) };
}
