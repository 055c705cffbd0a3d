/** Realises state machines of Step Functions: their API, their executions, and what starts them. A program without them costs nothing. */
import type { RecordedResource } from "../../program/recording.ts";
import type { DeploymentRefusals } from "../deployment-refusals.ts";
import { reportCalls } from "../emulators/call-reports.ts";
import { roleCallRefusal } from "../iam/role-calls.ts";
import type { IamService } from "../iam/service.ts";
import type { Invoker } from "../invocation.ts";
import type { Observer } from "../observer.ts";
import { answerApi } from "../other-services/json-api.ts";
import type { OtherAwsService } from "../other-services/service.ts";
import type { LocalContext, Parity, Service } from "../service.ts";
import { machineRefusals, STATE_MACHINE, type StateMachine, stateMachines, whyNotRun } from "./declared.ts";
import type { Executions, MachineExecution } from "./executions.ts";
import type { TaskCaller } from "./task-services.ts";
import type { UnderWay } from "./under-way.ts";

const PRINCIPAL = "states.amazonaws.com";
const SERVICE = "states";
const CALLED = "Step Functions";

/** What does something in the cloud and nothing here, besides what stays a setting. */
const PARITY: Record<string, Parity> = {
  "aws:sfn/activity:Activity": { state: "unsupported", reason: "no worker of an activity is served here" },
  "aws:sfn/alias:Alias": {
    state: "realised",
    reason: "the state machine by another name; weights are not applied",
  },
};

export interface StateMachineOptions {
  otherServices: OtherAwsService;
  iam: IamService;
  invoker: Invoker;
  refusals: DeploymentRefusals;
  observer?: Observer | undefined;
}

/** What exists once the program declares a state machine. */
interface Session {
  executions: Executions;
  underWay: UnderWay;
}

export class StateMachineService implements Service {
  readonly name = "state machines";
  readonly #options: StateMachineOptions;
  #context: LocalContext | undefined;
  #machines: ReadonlyMap<string, StateMachine> = new Map();
  #session: Session | undefined;
  readonly #reported = new Set<string>();

  constructor(options: StateMachineOptions) {
    this.#options = options;
  }

  parity(resource: RecordedResource): Parity | undefined {
    if (resource.read) return undefined;
    if (resource.type !== STATE_MACHINE) return PARITY[resource.type];
    const why = whyNotRun(resource);
    return why === undefined
      ? {
          state: "realised",
          reason:
            "runs its definition; a task calls functions, tables, queues, topics, buses and state machines",
        }
      : { state: "unsupported", reason: why };
  }

  async start(context: LocalContext): Promise<void> {
    await this.update(context);
  }

  /** What is under way goes on by the definition that it began with. */
  async update(context: LocalContext): Promise<void> {
    const { recording, log } = context;
    this.#context = context;
    this.#options.refusals.report(machineRefusals(recording), log);
    this.#machines = new Map(stateMachines(recording).map((machine) => [machine.arn, machine]));
    if (this.#machines.size > 0) this.#session ??= await this.#open(context);
  }

  /** For services of AWS that start one in the name of a role; whether that may was asked before. @param input JSON text */
  startExecution(arn: string, input: string): void {
    const machine = this.#machine(arn);
    if (!machine || !this.#session)
      throw new Error(`${arn} is no state machine of this program: nothing is started`);
    this.#session.executions.start(machine, input);
  }

  async stop(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.executions.stopAll();
  }

  async #open(context: LocalContext): Promise<Session> {
    const [{ Executions }, { stateMachineOperations }, { UnderWay }] = await Promise.all([
      import("./executions.ts"),
      import("./operations.ts"),
      import("./under-way.ts"),
    ]);
    const { addresses, dataFolder, log } = context;
    const underWay = new UnderWay(dataFolder("state-machines"));
    for (const arn of underWay.takeLeft())
      log(`Execution ${arn} was under way when the last run ended: it is lost.`);
    const executions = new Executions({
      machine: (arn) => this.#machine(arn),
      changed: (execution) => this.#changed(execution, underWay),
      services: {
        invoker: this.#options.invoker,
        variable: (name) => addresses.variables()[name],
        address: (value) => addresses.apply(value),
        refusal: (...asked) => this.#refusal(...asked),
      },
    });
    this.#serve(
      stateMachineOperations({
        executions,
        get: (arn) => this.#machine(arn),
        all: () => [...this.#machines.values()],
        since: new Date(),
      }),
    );
    return { executions, underWay };
  }

  #serve(operations: Parameters<typeof answerApi>[3]): void {
    const { otherServices, iam, observer } = this.#options;
    const api = {
      guard: () => iam.guard,
      onRefusal: (refusal: Parameters<IamService["report"]>[0]) =>
        iam.report(refusal, (line) => this.#log(line)),
    };
    otherServices.serve(SERVICE, {
      answer: (request) => answerApi(request, SERVICE, CALLED, operations, api),
      answered: observer && reportCalls((calls) => observer.calls({ store: CALLED, ...calls })),
    });
  }

  /** Also by the ARN of a version or an alias. */
  #machine(arn: string): StateMachine | undefined {
    return this.#machines.get(arn) ?? this.#machines.get(arn.replace(/:[^:]+$/, ""));
  }

  #changed({ arn, machine, status, error, cause }: MachineExecution, underWay: UnderWay): void {
    if (status === "RUNNING") {
      underWay.begun(arn);
      return;
    }
    underWay.ended(arn);
    if (status === "SUCCEEDED") return;
    const what = [error, cause].filter(Boolean).join(": ");
    this.#log(
      `State machine ${machine.name}: execution ${arn.split(":").at(-1)} ${WORDS[status]}${what && `: ${what}`}`,
    );
  }

  #refusal({ roleArn, machineArn }: TaskCaller, action: string, resource: string): string | undefined {
    const { recording } = this.#context as LocalContext;
    const call = {
      roleArn,
      service: PRINCIPAL,
      sourceArns: [machineArn],
      action,
      resource: qualifiedArn(resource, machineArn),
    };
    const why = roleCallRefusal(recording, this.#options.iam.guard, call);
    if (why !== undefined && !this.#reported.has(why)) {
      this.#reported.add(why);
      this.#log(`State machine ${this.#machine(machineArn)?.name}: ${why}`);
    }
    return why;
  }

  #log(line: string): void {
    this.#context?.log(line);
  }
}

const WORDS = { FAILED: "has failed", TIMED_OUT: "has timed out", ABORTED: "was aborted" };

/** A function may be named without its account. */
function qualifiedArn(resource: string, machineArn: string): string {
  if (resource.startsWith("arn:")) return resource;
  const [, partition, , region, account] = machineArn.split(":");
  return `arn:${partition}:lambda:${region}:${account}:function:${resource}`;
}
