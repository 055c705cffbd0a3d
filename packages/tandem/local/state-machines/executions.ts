/** Executions of state machines: how each goes, its history, and how it ends. */
import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../shared/json.ts";
import { ApiError } from "../other-services/json-api.ts";
import { after, within } from "../pausable-clock.ts";
import { untilAborted } from "../until-aborted.ts";
import { type StateMachine, secondsAtMost } from "./declared.ts";
import { eventsOf, type HistoryEvent, isFull, MOST_EVENTS, note } from "./history.ts";
import { Interpreter, type StateEvent, type TaskCall } from "./language/interpreter.ts";
import { StateError } from "./language/state-error.ts";
import { waitsForToken } from "./task-resources.ts";
import type { TaskServices } from "./task-services.ts";
import { TaskTokens } from "./task-tokens.ts";
import { callTask } from "./tasks.ts";

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

export interface MachineExecution {
  arn: string;
  name: string;
  machine: StateMachine;
  /** JSON text. */
  input: string;
  startDate: Date;
  stopDate?: Date;
  status: ExecutionStatus;
  /** JSON text. */
  output?: string;
  error?: string;
  cause?: string;
  readonly events: HistoryEvent[];
  /** Resolves when it has come to its end. */
  ended: Promise<void>;
  readonly abort: AbortController;
}

export interface ExecutionsOptions {
  services: Omit<TaskServices, "startExecution">;
  /** Nested executions name a machine by its ARN. */
  machine(arn: string): StateMachine | undefined;
  /** Told of the beginning and the end of each. */
  changed(execution: MachineExecution): void;
}

const SECOND_MS = 1_000;
/** Finished ones that are kept to be asked for, the oldest go first. */
const MOST_KEPT = 1_000;
/** Of all executions together. */
const MOST_EVENTS_KEPT = 4 * MOST_EVENTS;

const TOO_MANY_EVENTS = `The execution reached the maximum number of history events (${MOST_EVENTS}).`;

class Aborted extends Error {
  readonly status: ExecutionStatus;
  readonly error: string;
  readonly why: string;

  constructor(status: ExecutionStatus, error = "", why = "") {
    super(error);
    this.status = status;
    this.error = error;
    this.why = why;
  }
}

export class Executions {
  readonly #options: ExecutionsOptions;
  readonly #services: TaskServices;
  readonly #executions = new Map<string, MachineExecution>();
  readonly tokens = new TaskTokens();

  constructor(options: ExecutionsOptions) {
    this.#options = options;
    this.#services = {
      ...options.services,
      startExecution: (given) => {
        const machine = options.machine(String(given.StateMachineArn));
        if (!machine) throw new StateError("StepFunctions.StateMachineDoesNotExistException");
        const name = typeof given.Name === "string" ? given.Name : undefined;
        const execution = this.start(machine, JSON.stringify(given.Input ?? {}), name);
        const ended = execution.ended.then(() => ({
          status: execution.status,
          described: nested(execution),
        }));
        return { arn: execution.arn, startDate: execution.startDate, ended };
      },
    };
  }

  /** @param input JSON text. Throws an ApiError where another execution has the name. */
  start(machine: StateMachine, input: string, name: string = randomUUID()): MachineExecution {
    const arn = executionArn(machine, name);
    const known = this.#executions.get(arn);
    if (known?.status === "RUNNING" && known.input === input) return known;
    if (known) throw new ApiError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
    const execution: MachineExecution = {
      arn,
      name,
      machine,
      input,
      startDate: new Date(),
      status: "RUNNING",
      events: [],
      abort: new AbortController(),
      ended: Promise.resolve(),
    };
    // Throws on a full disk: it has not begun then, and may be tried again by the same name.
    this.#options.changed(execution);
    this.#executions.set(arn, execution);
    execution.ended = this.#run(execution);
    return execution;
  }

  get(arn: string): MachineExecution | undefined {
    return this.#executions.get(arn);
  }

  /** The newest first. */
  of(machineArn: string): MachineExecution[] {
    return [...this.#executions.values()].filter(({ machine }) => machine.arn === machineArn).reverse();
  }

  async stop(execution: MachineExecution, error?: string, why?: string): Promise<void> {
    execution.abort.abort(new Aborted("ABORTED", error, why));
    await execution.ended;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#executions.values()].map((execution) => this.stop(execution)));
  }

  async #run(execution: MachineExecution): Promise<void> {
    const { machine, abort, input } = execution;
    const limit = secondsAtMost(machine);
    const stopClock =
      limit === undefined
        ? () => {}
        : after(limit * SECOND_MS, () => abort.abort(new Aborted("TIMED_OUT", "States.Timeout")));
    const happened = (event: StateEvent, before: number) => {
      if (!isFull(execution.events)) return note(execution.events, event, before);
      if (machine.type === "STANDARD") abort.abort(new Aborted("FAILED", "States.Runtime", TOO_MANY_EVENTS));
      return before;
    };
    const interpreter = new Interpreter({
      newToken: () => this.tokens.create(),
      wait: waitOnClock,
      happened,
      task: (call) => this.#task(execution, call),
    });
    const first = happened({ type: "ExecutionStarted", details: { input, roleArn: machine.roleArn } }, 0);
    try {
      const given: unknown = JSON.parse(input);
      const output = await interpreter.run(
        machine.definition,
        given,
        contextOf(execution, given),
        abort.signal,
        first,
      );
      execution.output = JSON.stringify(output);
      this.#end(execution, "SUCCEEDED", { output: execution.output });
    } catch (error) {
      const failure = abort.signal.aborted ? (abort.signal.reason as unknown) : error;
      const { status, error: name, why } = failureOf(failure);
      Object.assign(execution, { error: name, cause: why });
      this.#end(execution, status, { error: name, cause: why });
    } finally {
      stopClock();
    }
  }

  #end(execution: MachineExecution, status: ExecutionStatus, details: JsonObject): void {
    execution.status = status;
    execution.stopDate = new Date();
    note(execution.events, { type: ENDS[status], details }, execution.events.length);
    this.#forget();
    this.#options.changed(execution);
  }

  async #task({ machine, name }: MachineExecution, call: TaskCall): Promise<unknown> {
    const { resource, token, timeoutSeconds, heartbeatSeconds, happened } = call;
    const events = eventsOf(resource);
    const caller = { roleArn: machine.roleArn, machineArn: machine.arn, session: name };
    happened(events.scheduled(call.arguments));
    happened(events.started());
    const ended = new AbortController();
    const signal = AbortSignal.any([call.signal, ended.signal]);
    const waits = waitsForToken(resource);
    const back = waits ? this.tokens.wait(token, machine.arn, heartbeatSeconds, signal) : undefined;
    // Awaited below; a call that fails leaves it alone.
    back?.catch(() => {});
    try {
      const called = callTask(resource, call.arguments, caller, this.#services).then(
        (result) => back ?? result,
      );
      const result = await untilAborted(limited(called, timeoutSeconds), signal);
      happened(events.succeeded(result));
      return result;
    } catch (error) {
      if (error instanceof StateError) happened(events.failed(error));
      throw error;
    } finally {
      ended.abort();
    }
  }

  #forget(): void {
    let kept = 0;
    for (const { events } of this.#executions.values()) kept += events.length;
    for (const [arn, { status, events }] of this.#executions) {
      if (this.#executions.size <= MOST_KEPT && kept <= MOST_EVENTS_KEPT) return;
      if (status !== "RUNNING" && this.#executions.delete(arn)) kept -= events.length;
    }
  }
}

const ENDS: Record<ExecutionStatus, string> = {
  RUNNING: "",
  SUCCEEDED: "ExecutionSucceeded",
  FAILED: "ExecutionFailed",
  TIMED_OUT: "ExecutionTimedOut",
  ABORTED: "ExecutionAborted",
};

function failureOf(error: unknown): { status: ExecutionStatus; error: string; why: string } {
  if (error instanceof Aborted) return error;
  if (error instanceof StateError) return { status: "FAILED", error: error.error, why: error.why };
  return { status: "FAILED", error: "States.Runtime", why: String(error) };
}

function executionArn({ arn, type, name: machine }: StateMachine, name: string): string {
  const start = arn.slice(0, arn.indexOf(":stateMachine:"));
  return type === "EXPRESS"
    ? `${start}:express:${machine}:${name}:${randomUUID()}`
    : `${start}:execution:${machine}:${name}`;
}

function contextOf({ arn, name, machine, startDate }: MachineExecution, input: unknown): JsonObject {
  return {
    Execution: {
      Id: arn,
      Input: input,
      Name: name,
      RoleArn: machine.roleArn,
      StartTime: startDate.toISOString(),
      RedriveCount: 0,
    },
    StateMachine: { Id: machine.arn, Name: machine.name },
  };
}

/** As DescribeExecution shows it, in the case of an SDK's integration. */
function nested({
  arn,
  name,
  machine,
  input,
  output,
  status,
  error,
  cause,
  startDate,
  stopDate,
}: MachineExecution): JsonObject {
  return {
    ExecutionArn: arn,
    Name: name,
    StateMachineArn: machine.arn,
    Input: input,
    Status: status,
    StartDate: startDate.getTime(),
    ...(stopDate ? { StopDate: stopDate.getTime() } : {}),
    ...(output === undefined ? {} : { Output: output }),
    ...(error === undefined ? {} : { Error: error, Cause: cause }),
  };
}

async function limited(result: Promise<unknown>, seconds: number | undefined): Promise<unknown> {
  if (seconds === undefined) return result;
  // `within` cannot tell a result of undefined from none.
  const wrapped = await within(
    seconds * SECOND_MS,
    result.then((value) => ({ value })),
  );
  if (!wrapped) throw new StateError("States.Timeout");
  return wrapped.value;
}

function waitOnClock(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = after(milliseconds, resolve);
  return untilAborted(promise, signal).finally(cancel);
}
