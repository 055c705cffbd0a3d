/** Dashboards and alarms that the program declares, on what this run has measured. */
import { useState } from "preact/hooks";
import { useAsk } from "../api.ts";
import { Chart, lastOf, shown } from "../chart.tsx";
import { Markdown } from "../markdown.tsx";
import type {
  AlarmDetail,
  AlarmSummary,
  DashboardShown,
  Graph,
  MonitoringSummary,
  ShownWidget,
} from "../types.ts";
import { clock, Empty, Facts, Pane, Problem, plural, Section } from "../ui.tsx";

const EVERY_MS = 2_000;
const RANGES = [15, 60, 180];
const FIRST_SHOWN = 60;
const AN_ALARM =
  'new aws.cloudwatch.MetricAlarm("errors", { namespace: "AWS/Lambda", metricName: "Errors", statistic: "Sum", period: 60, evaluationPeriods: 1, comparisonOperator: "GreaterThanThreshold", threshold: 0 });';

export function Monitoring({ rest: [kind = "", name = ""] }: { rest: string[] }) {
  const { value, error } = useAsk<MonitoringSummary>("/api/monitoring", EVERY_MS);
  const isEmpty = value && value.alarms.length === 0 && value.dashboards.length === 0;
  return (
    <div class={`split narrow ${name ? "has-chosen" : isEmpty ? "has-nothing" : ""}`}>
      <nav class="list" aria-label="Dashboards and alarms">
        <Problem message={error} />
        {isEmpty && (
          <Empty title="The program declares no dashboard and no alarm" command={AN_ALARM}>
            Add an aws.cloudwatch.Dashboard or an alarm to it, such as this one on the errors of all
            functions; it stands here once the program is saved.
          </Empty>
        )}
        {value && value.dashboards.length > 0 && (
          <Group title="Dashboards">
            {value.dashboards.map((one) => (
              <Card
                key={one.name}
                path={["dashboard", one.name]}
                title={one.logicalName}
                isChosen={kind === "dashboard" && one.name === name}
              >
                <span class="muted">{plural(one.widgets, "widget")}</span>
              </Card>
            ))}
          </Group>
        )}
        {value && value.alarms.length > 0 && (
          <Group title="Alarms">
            {byUrgency(value.alarms).map((one) => (
              <Card
                key={one.name}
                path={["alarm", one.name]}
                title={one.logicalName}
                isChosen={kind === "alarm" && one.name === name}
              >
                <State alarm={one} />
              </Card>
            ))}
          </Group>
        )}
        {value && value.measured.leftOut > 0 && (
          <p class="muted aside">
            {plural(value.measured.leftOut, "value")} of metrics beyond{" "}
            {value.measured.series.toLocaleString("en-US")} are not kept.
          </p>
        )}
      </nav>
      {name ? (
        <Pane
          label="Chosen dashboard or alarm"
          list="All dashboards and alarms"
          href="#/monitoring"
          key={`${kind} ${name}`}
        >
          {kind === "alarm" ? <Alarm name={name} /> : <Dashboard name={name} />}
        </Pane>
      ) : (
        <div class="detail no-detail">
          <Empty title="Choose a dashboard or an alarm">
            They show what this run has measured: of functions, APIs, queues and tables, and what functions
            write in embedded metric format.
          </Empty>
        </div>
      )}
    </div>
  );
}

function Group({ title, children }: { title: string; children: preact.ComponentChildren }) {
  return (
    <>
      <h2 class="group">{title}</h2>
      <ul class="plain">{children}</ul>
    </>
  );
}

function Card({
  path,
  title,
  isChosen,
  children,
}: {
  path: string[];
  title: string;
  isChosen: boolean;
  children: preact.ComponentChildren;
}) {
  return (
    <li>
      <a
        class="card"
        href={`#/monitoring/${path.map(encodeURIComponent).join("/")}`}
        aria-current={isChosen ? "true" : undefined}
      >
        <span class="card-title wrap">{title}</span>
        {children}
      </a>
    </li>
  );
}

const STATES = {
  ALARM: { look: "bad", sign: "✕", text: "ALARM" },
  OK: { look: "good", sign: "✓", text: "OK" },
  INSUFFICIENT_DATA: { look: "", sign: "○", text: "INSUFFICIENT_DATA" },
} as const;

function State({ alarm: { state, problem } }: { alarm: AlarmSummary }) {
  if (problem !== undefined) return <span class="tag warn">not evaluated</span>;
  const { look, sign, text } = STATES[state];
  return (
    <span class={`tag ${look}`}>
      <span aria-hidden="true">{sign}</span> {text}
    </span>
  );
}

function byUrgency(alarms: readonly AlarmSummary[]): AlarmSummary[] {
  const order = ["ALARM", "INSUFFICIENT_DATA", "OK"];
  return [...alarms].sort(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.logicalName.localeCompare(b.logicalName),
  );
}

function Range({ minutes, choose }: { minutes: number; choose(minutes: number): void }) {
  return (
    <fieldset class="range" aria-label="How far back">
      {RANGES.map((one) => (
        <button key={one} type="button" aria-pressed={one === minutes} onClick={() => choose(one)}>
          {one < 60 ? `${one} min` : `${one / 60} h`}
        </button>
      ))}
    </fieldset>
  );
}

function Alarm({ name }: { name: string }) {
  const [minutes, setMinutes] = useState(FIRST_SHOWN);
  const { value, error } = useAsk<AlarmDetail>(
    `/api/alarms/${encodeURIComponent(name)}?minutes=${minutes}`,
    EVERY_MS,
  );
  return (
    <>
      <Problem message={error} />
      {value && (
        <>
          <h2 class="wrap">{value.logicalName}</h2>
          <p class="facts">
            <State alarm={value} />
            <span class="wrap">{value.name}</span>
            <span>since {clock(value.since)}</span>
          </p>
          {value.description && <p>{value.description}</p>}
          <Problem message={value.problem && `It is not evaluated here: ${value.problem}.`} />
          {value.problem === undefined && <p class="wrap">{value.reason}.</p>}
          {value.condition && <p class="muted wrap">{value.condition}</p>}
          {value.graph && (
            <Section title="Metric and threshold" aside={<Range minutes={minutes} choose={setMinutes} />}>
              <Drawn graph={value.graph} />
            </Section>
          )}
          {value.transitions.length > 0 && (
            <Section title="What it was">
              <ul class="plain">
                {value.transitions.map(({ time, state, reason }) => (
                  <li key={`${time} ${state}`} class="line">
                    <span class="time">{clock(time)}</span>
                    <span class={STATES[state].look}>{STATES[state].text}</span>
                    <span class="muted wrap">{reason}</span>
                  </li>
                ))}
              </ul>
            </Section>
          )}
          <p class="muted">
            {value.actions.length === 0
              ? "It tells nobody."
              : `It tells ${value.actions.map((name) => (value.localActions.includes(name) ? name : `${name} (in the cloud only)`)).join(", ")}.`}
          </p>
        </>
      )}
    </>
  );
}

function Dashboard({ name }: { name: string }) {
  const [minutes, setMinutes] = useState(FIRST_SHOWN);
  const { value, error } = useAsk<DashboardShown>(
    `/api/dashboards/${encodeURIComponent(name)}?minutes=${minutes}`,
    EVERY_MS,
  );
  return (
    <>
      <Problem message={error} />
      {value && (
        <>
          <div class="section-head">
            <h2 class="wrap">{value.name}</h2>
            <Range minutes={minutes} choose={setMinutes} />
          </div>
          <Problem message={value.problem} />
          <div class="widgets">
            {[...value.widgets]
              .sort((a, b) => a.place.y - b.place.y || a.place.x - b.place.x)
              .map((widget, index) => (
                <div key={index} class={`widget width-${columns(widget)}`}>
                  <Widget widget={widget} />
                </div>
              ))}
          </div>
        </>
      )}
    </>
  );
}

/** Of twelve: CloudWatch's grid has twenty-four. */
function columns({ place: { width } }: ShownWidget): number {
  return Math.min(12, Math.max(3, Math.round(width / 2)));
}

function Widget({ widget }: { widget: ShownWidget }) {
  switch (widget.type) {
    case "text":
      return <Markdown text={widget.markdown} />;
    case "graph":
      return (
        <Section title={widget.graph.title || "Metrics"}>
          <Drawn graph={widget.graph} />
        </Section>
      );
    case "alarm":
      return (
        <Section title={widget.title || "Alarms"}>
          <ul class="plain">
            {widget.alarms.map((alarm) => (
              <li key={alarm.name} class="line">
                <State alarm={alarm} />
                <a href={`#/monitoring/alarm/${encodeURIComponent(alarm.name)}`}>{alarm.logicalName}</a>
              </li>
            ))}
          </ul>
          {widget.unknown.length > 0 && (
            <p class="muted wrap">Not declared by the program: {widget.unknown.join(", ")}</p>
          )}
        </Section>
      );
    case "other":
      return (
        <Section title={widget.title || "Not drawn"}>
          <p class="muted">Not drawn: {widget.why}.</p>
        </Section>
      );
  }
}

function Drawn({ graph }: { graph: Graph }) {
  const hasValues = graph.lines.some(({ values }) => values.some((value) => value !== null));
  return (
    <>
      {graph.view === "timeSeries" ? (
        graph.lines.length > 0 && <Chart graph={graph} />
      ) : (
        <Facts
          look="numbers"
          facts={graph.lines.map(({ label, values }) => [label, shown(lastOf(values))] as const)}
        />
      )}
      {graph.lines.length > 0 && !hasValues && <p class="muted">Nothing was measured yet.</p>}
      {graph.notes.length > 0 && (
        <ul class="plain notes">
          {graph.notes.map((note) => (
            <li key={note} class="warn">
              <span aria-hidden="true">!</span> {note}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
