/** The state of every alarm of the program, from minute to minute. */
import type { Recording } from "../../program/recording.ts";
import {
  type AlarmState,
  alarmsOf,
  type CompositeAlarm,
  type DeclaredAlarm,
  type MetricAlarm,
} from "./alarm.ts";
import type { Transition } from "./alarm-notice.ts";
import { type Rule, readRule } from "./composite.ts";
import { countsAtOnce, fullMinute, type Judgement, judgeAlarm } from "./judge-alarm.ts";
import { KEPT_MS, type MetricStore, MINUTE_MS } from "./metric-store.ts";
import { problemOf } from "./named.ts";

export interface AlarmStatus {
  alarm: DeclaredAlarm;
  state: AlarmState;
  /** Since when it is in this state, milliseconds since 1970. */
  since: number;
  reason: string;
  /** Earlier ones, newest first. */
  transitions: { time: number; state: AlarmState; reason: string }[];
  /** Why it is not evaluated. */
  problem?: string;
}

const MOST_TRANSITIONS = 20;
/** Composite alarms may stand on others. */
const DEEPEST = 10;

export class AlarmStates {
  readonly #store: MetricStore;
  readonly #recording: () => Recording;
  readonly #changed: (transition: Transition) => void;
  readonly #begun: number;
  #statuses = new Map<string, AlarmStatus>();
  #read: Recording | undefined;
  /** The full minute up to which everything is judged. */
  #judged: number;

  /** `changed`: told of every alarm that changes its state. */
  constructor(
    store: MetricStore,
    recording: () => Recording,
    begun = Date.now(),
    changed: (transition: Transition) => void = () => {},
  ) {
    this.#store = store;
    this.#recording = recording;
    this.#changed = changed;
    this.#begun = begun;
    this.#judged = fullMinute(begun);
  }

  /** Every minute since it was asked last is made up for: what a state was before can decide what it is. */
  at(now: number): AlarmStatus[] {
    this.#takeOver();
    const end = fullMinute(now);
    for (let minute = Math.max(this.#judged, end - KEPT_MS) + MINUTE_MS; minute <= end; minute += MINUTE_MS)
      this.#judge(minute, minute);
    this.#judged = Math.max(this.#judged, end);
    this.#judgeAtOnce(now, end + MINUTE_MS);
    return [...this.#statuses.values()];
  }

  #judge(end: number, time: number): void {
    for (const status of this.#statuses.values())
      if (status.alarm.kind === "metric") this.#setState(status, this.#judgement(status, end), time);
    this.#judgeComposites(time);
  }

  /** Into ALARM alone: what the running minute has not brought yet may still come. */
  #judgeAtOnce(now: number, end: number): void {
    for (const status of this.#statuses.values()) {
      const { alarm } = status;
      if (alarm.kind !== "metric" || !countsAtOnce(alarm)) continue;
      const judgement = this.#judgement(status, end);
      if (judgement.state === "ALARM") this.#setState(status, judgement, now);
    }
    this.#judgeComposites(now);
  }

  #judgement(status: AlarmStatus, end: number): Judgement {
    try {
      return judgeAlarm(status.alarm as MetricAlarm, this.#store, end);
    } catch (error) {
      status.problem = problemOf(error);
      return { state: "INSUFFICIENT_DATA", reason: status.problem };
    }
  }

  #judgeComposites(time: number): void {
    const composites = [...this.#statuses.values()].filter(({ alarm }) => alarm.kind === "composite");
    for (let round = 0; round < DEEPEST; round++) {
      const changed = composites.map((status) => this.#judgeComposite(status, time));
      if (!changed.includes(true)) return;
    }
  }

  #judgeComposite(status: AlarmStatus, time: number): boolean {
    let rule: Rule;
    try {
      rule = readRule((status.alarm as CompositeAlarm).rule);
    } catch (error) {
      status.problem = problemOf(error);
      return false;
    }
    const byName = new Map([...this.#statuses.values()].map((one) => [one.alarm.name, one]));
    const unknown = rule.names.filter((name) => !byName.has(name) || byName.get(name)?.problem !== undefined);
    if (unknown.length > 0) {
      status.problem = `what it stands on is not evaluated here: ${unknown.join(", ")}`;
      return false;
    }
    const holds = rule.holds((name) => byName.get(name)?.state);
    const states = rule.names.map((name) => `${name} is ${byName.get(name)?.state}`);
    return this.#setState(
      status,
      { state: holds ? "ALARM" : "OK", reason: [...new Set(states)].join(", ") },
      time,
    );
  }

  #setState(status: AlarmStatus, { state = status.state, reason }: Judgement, time: number): boolean {
    status.reason = reason;
    if (state === status.state) return false;
    this.#changed({ alarm: status.alarm, from: status.state, to: state, reason, time });
    status.transitions.unshift({ time, state, reason });
    status.transitions.length = Math.min(status.transitions.length, MOST_TRANSITIONS);
    status.state = state;
    status.since = time;
    return true;
  }

  /** An alarm that is declared otherwise than before begins anew. */
  #takeOver(): void {
    const recording = this.#recording();
    if (this.#read === recording) return;
    const before = this.#statuses;
    const begun = this.#read === undefined ? this.#begun : Date.now();
    this.#read = recording;
    this.#statuses = new Map(
      alarmsOf(recording).map((alarm) => {
        const known = before.get(alarm.urn);
        const isSame = known && JSON.stringify(known.alarm) === JSON.stringify(alarm);
        return [alarm.urn, isSame ? known : newStatus(alarm, begun)];
      }),
    );
  }
}

function newStatus(alarm: DeclaredAlarm, since: number): AlarmStatus {
  return {
    alarm,
    state: "INSUFFICIENT_DATA",
    since,
    reason: "not evaluated yet: the first full minute is not over",
    transitions: [],
    ...(alarm.kind === "not evaluated" ? { problem: alarm.why } : {}),
  };
}
