/** Dashboards and alarms of the program, on what the run has measured: what the page asks for. */
import { CLOUDWATCH } from "../local/iam/service-calls.ts";
import type { LocalRun } from "../local/run.ts";
import { Queues } from "../local/stores/queues.ts";
import { declared } from "../program/reading/resources.ts";
import { text } from "../program/reading/value.ts";
import { parseObject } from "../shared/json.ts";
import type { AlarmState } from "./cloudwatch/alarm.ts";
import {
  eventOf,
  FUNCTION_PRINCIPAL,
  messageOf,
  subjectOf,
  type Transition,
} from "./cloudwatch/alarm-notice.ts";
import { AlarmStates, type AlarmStatus } from "./cloudwatch/alarm-states.ts";
import { type DashboardBody, type Place, readBody, type Widget } from "./cloudwatch/dashboard-body.ts";
import { alarmGraph, type Graph, graphOf, windowsUntil } from "./cloudwatch/graph.ts";
import { KEPT_MS, MINUTE_MS } from "./cloudwatch/metric-store.ts";
import { asMeasured } from "./cloudwatch/named.ts";
import type { Recorder } from "./recorder.ts";

export interface AlarmSummary {
  name: string;
  logicalName: string;
  kind: "metric" | "composite" | "not evaluated";
  description: string;
  state: AlarmState;
  since: number;
  reason: string;
  /** Why it is not evaluated here. */
  problem?: string;
}

export interface AlarmDetail extends AlarmSummary {
  /** What it looks at, in words. */
  condition: string;
  /** What it tells when it goes into ALARM, and which of that is told from here, too. */
  actions: string[];
  localActions: string[];
  transitions: AlarmStatus["transitions"];
  graph?: Graph;
}

export type ShownWidget = { place: Place } & (
  | { type: "graph"; graph: Graph }
  | { type: "text"; markdown: string }
  | { type: "alarm"; title: string; alarms: AlarmSummary[]; unknown: string[] }
  | { type: "other"; title: string; why: string }
);

export interface DashboardShown {
  name: string;
  minutes: number;
  widgets: ShownWidget[];
  /** Why nothing of it is shown. */
  problem?: string;
}

export interface MonitoringSummary {
  dashboards: { name: string; logicalName: string; widgets: number }[];
  alarms: AlarmSummary[];
  measured: { series: number; leftOut: number };
}

const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
export const MOST_MINUTES = KEPT_MS / MINUTE_MS;
/** Who looks at the page asks every few seconds. */
const SAMPLED_AFTER_MS = 1_000;

export class Monitoring {
  readonly #run: LocalRun;
  readonly #recorder: Recorder;
  readonly #states: AlarmStates;
  #timer: NodeJS.Timeout | undefined;
  #sampling: Promise<void> | undefined;
  #sampledAt = 0;

  constructor(run: LocalRun, recorder: Recorder) {
    this.#run = run;
    this.#recorder = recorder;
    this.#states = new AlarmStates(
      recorder.metrics,
      () => run.recording,
      Date.now(),
      (transition) => void this.#notify(transition),
    );
  }

  /** Looks at the queues and judges the alarms as often as CloudWatch does, whether somebody looks at the page or not. */
  begin(): void {
    const look = () => this.#sample().then(() => this.#states.at(Date.now()));
    this.#timer = setInterval(() => void look(), MINUTE_MS).unref();
  }

  async #notify(transition: Transition): Promise<void> {
    const { alarm, to } = transition;
    for (const targetArn of alarm.actionsOf[to]) {
      if (!isLocalTarget(targetArn)) continue;
      const isTopic = TOPIC.test(targetArn);
      const principal = isTopic ? CLOUDWATCH : FUNCTION_PRINCIPAL;
      const payload = isTopic ? messageOf(transition) : eventOf(transition);
      await this.#run
        .deliverFor(
          { principal, sourceArn: alarm.arn, targetArn },
          { payload, subject: subjectOf(transition) },
        )
        .catch(({ message }: Error) => this.#run.options.log(`Alarm ${alarm.name}: ${message}`));
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async summary(): Promise<MonitoringSummary> {
    await this.#sample();
    const { metrics } = this.#recorder;
    return {
      dashboards: this.#dashboards().map(({ name, logicalName, body }) => ({
        name,
        logicalName,
        widgets: body?.widgets.length ?? 0,
      })),
      alarms: this.alarms(),
      measured: { series: metrics.size.series, leftOut: metrics.leftOut },
    };
  }

  alarms(): AlarmSummary[] {
    return this.#states.at(Date.now()).map(summaryOf);
  }

  async alarm(name: string, minutes: number): Promise<AlarmDetail | undefined> {
    await this.#sample();
    const now = Date.now();
    const status = this.#states.at(now).find(({ alarm }) => alarm.name === name);
    if (!status) return undefined;
    const { alarm, transitions } = status;
    return {
      ...summaryOf(status),
      condition: conditionOf(status),
      actions: alarm.actionsOf.ALARM.map(nameOf),
      localActions: alarm.actionsOf.ALARM.filter(isLocalTarget).map(nameOf),
      transitions,
      ...(alarm.kind === "metric" ? { graph: alarmGraph(alarm, this.#recorder.metrics, now, minutes) } : {}),
    };
  }

  async dashboard(name: string, minutes: number): Promise<DashboardShown | undefined> {
    await this.#sample();
    const found = this.#dashboards().find((one) => one.name === name);
    if (!found) return undefined;
    const { body } = found;
    if (!body)
      return {
        name,
        minutes,
        widgets: [],
        problem: "Its body is no JSON object that is known before a deployment.",
      };
    const now = Date.now();
    const statuses = this.#states.at(now);
    return {
      name,
      minutes,
      widgets: body.widgets.map((widget) => this.#shown(widget, body, minutes, now, statuses)),
    };
  }

  #shown(
    widget: Widget,
    { followsRange }: DashboardBody,
    minutes: number,
    now: number,
    statuses: readonly AlarmStatus[],
  ): ShownWidget {
    const { place } = widget;
    if (widget.type === "text") return { place, type: "text", markdown: widget.markdown };
    if (widget.type === "other") return { place, type: "other", title: widget.title, why: widget.why };
    const byName = (names: readonly string[]) =>
      names.map((wanted) => statuses.find(({ alarm }) => alarm.name === wanted));
    if (widget.type === "alarm") {
      const found = byName(widget.names);
      const unknown = widget.names.filter((_, index) => !found[index]);
      return {
        place,
        type: "alarm",
        title: widget.title,
        alarms: found.filter((one) => one !== undefined).map(summaryOf),
        unknown,
      };
    }
    const alarms = byName(widget.alarms).flatMap((one) => (one?.alarm.kind === "metric" ? [one.alarm] : []));
    const [alarm] = alarms;
    if (widget.queries.length === 0 && alarm) {
      const graph = alarmGraph(alarm, this.#recorder.metrics, now, minutes);
      return { place, type: "graph", graph: { ...graph, title: widget.title || alarm.name } };
    }
    const periodSeconds = followsRange ? MINUTE_MS / 1000 : Math.max(widget.periodSeconds, MINUTE_MS / 1000);
    const thresholds = [
      ...widget.thresholds,
      ...alarms.map(({ name, threshold }) => ({ label: name, value: threshold })),
    ];
    const queries = widget.queries.map((query) =>
      "metric" in query.of
        ? {
            ...query,
            of: { metric: { ...query.of.metric, ...asMeasured(query.of.metric, this.#run.recording) } },
          }
        : query,
    );
    const graph = graphOf(
      { ...widget, queries, thresholds },
      this.#recorder.metrics,
      windowsUntil(now, minutes, periodSeconds),
    );
    return { place, type: "graph", graph };
  }

  #dashboards(): { name: string; logicalName: string; body: DashboardBody | undefined }[] {
    return declared(this.#run.recording, DASHBOARD).map(({ name, inputs }) => {
      const body = parseObject(text(inputs.dashboardBody) ?? "");
      return { name: text(inputs.dashboardName) ?? name, logicalName: name, body: body && readBody(body) };
    });
  }

  /** What lies in the queues is known by asking alone. */
  async #sample(): Promise<void> {
    if (Date.now() - this.#sampledAt < SAMPLED_AFTER_MS) return this.#sampling;
    this.#sampledAt = Date.now();
    this.#sampling = this.#askQueues().catch((error: unknown) => {
      this.#run.options.log(`The console could not look into the queues: ${(error as Error).message}`);
    });
    return this.#sampling;
  }

  async #askQueues(): Promise<void> {
    const { stores } = this.#run.status();
    for (const { queue, messages } of await new Queues(stores).list()) {
      const { ready, delayed, inFlight } = messages;
      const sent = [...ready, ...inFlight].map(({ sentTimestamp }) => sentTimestamp);
      const oldest = sent.length === 0 ? 0 : (Date.now() - sent.reduce((a, b) => Math.min(a, b))) / 1000;
      this.#recorder.queue(queue.physicalName, {
        waiting: ready.length,
        inFlight: inFlight.length,
        delayed: delayed.length,
        oldest,
      });
    }
  }
}

const TOPIC = /^arn:[^:]+:sns:/;

const isLocalTarget = (arn: string) => TOPIC.test(arn) || /^arn:[^:]+:lambda:/.test(arn);

/** `arn:aws:sns:eu-west-1:123456789012:news` → `news` */
const nameOf = (arn: string) => arn.split(":").slice(5).join(":");

function summaryOf({ alarm, state, since, reason, problem }: AlarmStatus): AlarmSummary {
  const { name, logicalName, kind, description } = alarm;
  const summary = { name, logicalName, kind, description, state, since, reason };
  return problem === undefined ? summary : { ...summary, problem };
}

const COMPARED: Record<string, string> = {
  GreaterThanThreshold: ">",
  GreaterThanOrEqualToThreshold: "≥",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "≤",
};

const MISSING = {
  missing: "missing",
  ignore: "ignored",
  breaching: "breaching",
  notBreaching: "not breaching",
};

function conditionOf({ alarm }: AlarmStatus): string {
  if (alarm.kind === "composite") return alarm.rule;
  if (alarm.kind !== "metric") return "";
  const {
    compared,
    queries,
    comparison,
    threshold,
    datapointsToAlarm,
    evaluationPeriods,
    periodSeconds,
    missing,
  } = alarm;
  const textOf = ({ of }: (typeof queries)[number]) => {
    if (!("metric" in of)) return of.expression;
    const { stat, namespace, name, dimensions } = of.metric;
    return `${stat} of ${[namespace, name, ...Object.values(dimensions)].join(" ")}`;
  };
  const where = queries
    .filter((query) => query !== compared)
    .map((query) => `${query.id} = ${textOf(query)}`);
  const of = where.length > 0 ? `, where ${where.join(", ")}` : "";
  return `${textOf(compared)} ${COMPARED[comparison]} ${threshold} in ${datapointsToAlarm} of ${evaluationPeriods} periods of ${periodSeconds} s${of}; missing data counts as ${MISSING[missing]}`;
}
