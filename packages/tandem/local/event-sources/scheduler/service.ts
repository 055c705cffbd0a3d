/** Realises schedules: what the program calls at set times is called here at those times. */

import { readArn } from "../../../program/reading/arn.ts";
import { RULE, ruleOf, TARGET } from "../../../program/reading/event-rules.ts";
import { SCHEDULE } from "../../../program/reading/event-sources.ts";
import { text } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../../program/recording.ts";
import { UserError } from "../../../shared/user-error.js";
import { DELIVERABLE, DELIVERED_TO } from "../../deliveries/destinations.ts";
import { type Assumption, assumptions } from "../../iam/assumptions.ts";
import type { IamService } from "../../iam/service.ts";
import { deliveringRefusal } from "../../iam/service-calls.ts";
import { trustRefusal } from "../../iam/trust.ts";
import type { LocalContext, Parity, Service } from "../../service.ts";
import { ExpressionError } from "./expressions.ts";
import { ScheduledCalls, type ScheduleTargets } from "./scheduled-calls.ts";
import { type Schedule, schedules } from "./schedules.ts";

const PERMISSION = "aws:lambda/permission:Permission";
const RULES = "events.amazonaws.com";

export interface SchedulerOptions extends Pick<ScheduleTargets, "deliver"> {
  iam: IamService;
}

export class ScheduleService implements Service {
  readonly name = "schedules";
  readonly #options: SchedulerOptions;
  readonly #running = new Map<string, { key: string; name: string; calls: ScheduledCalls }>();

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Physical names of what is called at its times. */
  get running(): string[] {
    return [...this.#running.values()].map(({ name }) => name);
  }

  parity(resource: RecordedResource, recording: Recording): Parity | undefined {
    const { type, inputs } = resource;
    if (type === "aws:scheduler/scheduleGroup:ScheduleGroup") {
      return { state: "recorded only", reason: "a name for several schedules" };
    }
    if (type === RULE) {
      // One with a pattern is the buses' own.
      return text(inputs.scheduleExpression) === undefined
        ? undefined
        : { state: "realised", reason: "its targets are called at its times" };
    }
    if (type === PERMISSION && text(inputs.principal) === RULES) {
      return { state: "realised", reason: "a rule may call its function only with it" };
    }
    if (type === TARGET) return targetParity(resource, recording);
    if (type !== SCHEDULE) return undefined;
    const [only] = schedules({ ...recording, resources: [resource] });
    if (only && !DELIVERABLE.test(only.targetArn)) return notCallable(only.targetArn);
    return {
      state: "realised",
      reason: "at its time, without the flexible window; npm run invoke calls it at once",
    };
  }

  async start(context: LocalContext): Promise<void> {
    await this.update(context);
  }

  /** Only what differs is stopped and started: a rate goes on counting over a reload. */
  async update({ recording, log }: LocalContext): Promise<void> {
    const wanted = new Map(schedules(recording).map((schedule) => [schedule.urn, schedule]));
    const assuming = new Map(
      assumptions(recording).map((assumption) => [assumption.resource.urn, assumption]),
    );
    for (const [urn, schedule] of wanted) {
      // Judged anew: a role may have lost what the same schedule needs.
      if (this.#refused(schedule, assuming.get(urn), recording, log)) wanted.delete(urn);
    }
    for (const [urn, { key, calls }] of this.#running) {
      if (JSON.stringify(wanted.get(urn)) === key) continue;
      calls.stop();
      this.#running.delete(urn);
    }
    for (const [urn, schedule] of wanted) {
      if (this.#running.has(urn)) continue;
      const calls = this.#prepare(schedule, log);
      calls.start();
      this.#running.set(urn, { key: JSON.stringify(schedule), name: schedule.name, calls });
    }
  }

  /** Calls what a schedule calls, as if its time had come; false where it is not at work. */
  async runNow(urn: string): Promise<boolean> {
    const running = this.#running.get(urn);
    await running?.calls.call(new Date());
    return running !== undefined;
  }

  async stop(): Promise<void> {
    for (const { calls } of this.#running.values()) calls.stop();
    this.#running.clear();
  }

  #prepare(schedule: Schedule, log: (line: string) => void): ScheduledCalls {
    try {
      return new ScheduledCalls(schedule, { ...this.#options, log });
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      throw new UserError(`Schedule ${schedule.name}: ${error.message}.`);
    }
  }

  /** Whether it is never called here; the terminal says why, the parity table already says of what cannot be called. */
  #refused(
    schedule: Schedule,
    assumption: Assumption | undefined,
    recording: Recording,
    log: (line: string) => void,
  ): boolean {
    const { name, arn, targetArn } = schedule;
    if (!DELIVERABLE.test(targetArn)) return true;
    if (assumption) {
      // The service that keeps the roles has said it.
      if (trustRefusal(recording, assumption)) return true;
    }
    const source = readArn(arn)?.service === "events" ? "Rule" : "Schedule";
    const delivery = { principal: RULES, sourceArn: arn, targetArn };
    const refusal = deliveringRefusal(recording, this.#options.iam.guard, delivery, assumption);
    if (refusal) log(`${source} ${name}: ${refusal.replace(/\.?$/, ".")}`);
    return refusal !== undefined;
  }
}

function targetParity(target: RecordedResource, recording: Recording): Parity | undefined {
  const rule = ruleOf(target, recording);
  if (!rule || text(rule.inputs.scheduleExpression) === undefined) return undefined;
  const arn = text(target.inputs.arn) ?? "";
  return DELIVERABLE.test(arn)
    ? { state: "realised", reason: "called at the times of its rule" }
    : notCallable(arn);
}

function notCallable(arn: string): Parity {
  const service = readArn(arn)?.service ?? "";
  return {
    state: "unsupported",
    reason: `only ${DELIVERED_TO} are called here, not ${service || "this target"}`,
  };
}
