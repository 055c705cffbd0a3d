/** The operations of Step Functions that a program calls when it runs. */
import type { JsonObject } from "../../shared/json.ts";
import type { Call } from "../iam/evaluate.ts";
import { ApiError, type Operations, textOf } from "../other-services/json-api.ts";
import type { StateMachine } from "./declared.ts";
import type { Executions, MachineExecution } from "./executions.ts";
import { StateError } from "./language/state-error.ts";

export interface Machines {
  /** By its ARN, also one with a version or an alias. */
  get(arn: string): StateMachine | undefined;
  all(): readonly StateMachine[];
  executions: Executions;
  /** Since when they are there. */
  since: Date;
}

type May = (...calls: Call[]) => void;

const LONGEST_INPUT = 262_144;
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/]{1,80}$/;
const SECOND_MS = 1_000;
const PAGE = 100;

export function stateMachineOperations(machines: Machines): Operations<JsonObject | Promise<JsonObject>> {
  const { executions } = machines;

  const machineOf = (input: JsonObject, action: string, may: May): StateMachine => {
    const arn = textOf(input.stateMachineArn) ?? "";
    may(call(action, arn));
    const machine = machines.get(arn);
    if (machine) return machine;
    if (!arn.startsWith("arn:"))
      throw new ApiError("InvalidArn", `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
    throw new ApiError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
  };
  const executionOf = (input: JsonObject, action: string, may: May): MachineExecution => {
    const arn = textOf(input.executionArn) ?? "";
    may(call(action, arn));
    const execution = executions.get(arn);
    if (execution?.machine.type === "STANDARD") return execution;
    throw new ApiError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  };
  const started = (machine: StateMachine, input: JsonObject): MachineExecution =>
    executions.start(machine, inputOf(input), nameOf(input));
  const waiting = (input: JsonObject, action: string, may: May) => {
    const token = textOf(input.taskToken) ?? "";
    const task = executions.tokens.get(token);
    may(call(action, task?.machineArn ?? "*"));
    if (task) return task;
    throw new ApiError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
  };

  return {
    StartExecution: (input, may) => {
      const { arn, startDate } = started(machineOf(input, "StartExecution", may), input);
      return { executionArn: arn, startDate: seconds(startDate) };
    },
    StartSyncExecution: async (input, may) => {
      const machine = machineOf(input, "StartSyncExecution", may);
      if (machine.type !== "EXPRESS") throw notOfThisType();
      const execution = started(machine, input);
      await execution.ended;
      const milliseconds = Number(execution.stopDate) - Number(execution.startDate);
      const billingDetails = { billedDurationInMilliseconds: milliseconds, billedMemoryUsedInMB: 64 };
      return { ...described(execution), billingDetails };
    },
    DescribeExecution: (input, may) => described(executionOf(input, "DescribeExecution", may)),
    ListExecutions: (input, may) => {
      const machine = machineOf(input, "ListExecutions", may);
      if (machine.type === "EXPRESS") throw notOfThisType();
      const found = executions
        .of(machine.arn)
        .filter(({ status }) => (input.statusFilter ?? status) === status);
      const { items, nextToken } = paged(found, input);
      return { executions: items.map(listed), ...nextToken };
    },
    GetExecutionHistory: (input, may) => {
      const { events } = executionOf(input, "GetExecutionHistory", may);
      const { items, nextToken } = paged(input.reverseOrder === true ? events.toReversed() : events, input);
      return { events: items, ...nextToken };
    },
    StopExecution: async (input, may) => {
      const execution = executionOf(input, "StopExecution", may);
      await executions.stop(execution, textOf(input.error), textOf(input.cause));
      return { stopDate: seconds(execution.stopDate ?? new Date()) };
    },
    DescribeStateMachine: (input, may) => {
      const { arn, name, roleArn, type, text } = machineOf(input, "DescribeStateMachine", may);
      const common = { stateMachineArn: arn, name, roleArn, type, definition: text, status: "ACTIVE" };
      return { ...common, creationDate: seconds(machines.since) };
    },
    ListStateMachines: (_input, may) => {
      may(call("ListStateMachines", "*"));
      const creationDate = seconds(machines.since);
      const shown = machines
        .all()
        .map(({ arn, name, type }) => ({ stateMachineArn: arn, name, type, creationDate }));
      return { stateMachines: shown };
    },
    SendTaskSuccess: (input, may) => {
      const task = waiting(input, "SendTaskSuccess", may);
      const output = json(textOf(input.output) ?? "");
      if (!output) throw new ApiError("InvalidOutput", "Invalid Output: 'Output is not valid JSON'");
      task.succeed(output.value);
      return {};
    },
    SendTaskFailure: (input, may) => {
      waiting(input, "SendTaskFailure", may).fail(
        new StateError(textOf(input.error) ?? "", textOf(input.cause)),
      );
      return {};
    },
    SendTaskHeartbeat: (input, may) => {
      waiting(input, "SendTaskHeartbeat", may).beat();
      return {};
    },
  };
}

function notOfThisType(): ApiError {
  const message = "This operation is not supported by this type of state machine";
  return new ApiError("StateMachineTypeNotSupported", message);
}

function call(operation: string, resource: string): Call {
  return { action: `states:${operation}`, resource, context: {} };
}

function inputOf({ input = "{}" }: JsonObject): string {
  const text = textOf(input) ?? "";
  if (!json(text))
    throw new ApiError(
      "InvalidExecutionInput",
      "Invalid State Machine Execution Input: 'Input is not valid JSON'",
    );
  if (Buffer.byteLength(text) > LONGEST_INPUT)
    throw new ApiError(
      "InvalidExecutionInput",
      `Invalid State Machine Execution Input: the input has more than ${LONGEST_INPUT} bytes`,
    );
  return text;
}

function nameOf({ name }: JsonObject): string | undefined {
  const text = textOf(name);
  if (text !== undefined && !NAME.test(text)) throw new ApiError("InvalidName", `Invalid Name: '${text}'`);
  return text;
}

function json(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The token is the number of those before. */
function paged<T>(
  all: readonly T[],
  { maxResults, nextToken }: JsonObject,
): { items: T[]; nextToken: { nextToken?: string } } {
  const from = Number(textOf(nextToken) ?? 0);
  const to = from + (Number(maxResults ?? 0) || PAGE);
  return { items: all.slice(from, to), nextToken: to < all.length ? { nextToken: String(to) } : {} };
}

function described(execution: MachineExecution): JsonObject {
  const { input, output, error, cause } = execution;
  const included = { included: true };
  return {
    ...listed(execution),
    input,
    inputDetails: included,
    ...(output === undefined ? {} : { output, outputDetails: included }),
    ...(error === undefined ? {} : { error, cause }),
  };
}

function listed({ arn, name, machine, status, startDate, stopDate }: MachineExecution): JsonObject {
  const common = { executionArn: arn, stateMachineArn: machine.arn, name, status };
  return { ...common, startDate: seconds(startDate), ...(stopDate ? { stopDate: seconds(stopDate) } : {}) };
}

function seconds(date: Date): number {
  return date.getTime() / SECOND_MS;
}
