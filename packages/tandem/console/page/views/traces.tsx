/** What X-Ray follows of the run: the map of its services, the list of traces, and which requests are followed at all. */
import { useEffect, useRef, useState } from "preact/hooks";
import { readFilter } from "../../traces/filter-expression.ts";
import { useAct } from "../act.ts";
import { useAsk } from "../api.ts";
import { useLive } from "../live.ts";
import "../traces.css";
import type { Sampling, TraceSummary, TracesSummary } from "../types.ts";
import { clock, Empty, milliseconds, Problem, plural, Section } from "../ui.tsx";
import { ServiceMapView } from "./service-map.tsx";
import { Trace, TraceStatus, titleOf } from "./trace.tsx";

const EVERY_MS = 2_000;
const FILTERS = [
  { name: "Faults", filter: "fault = true" },
  { name: "Slower than 1 s", filter: "responsetime > 1" },
];

/** Stays while one trace is looked at. */
let lastFilter = "";

export function Traces({ rest: [chosen] }: { rest: string[] }) {
  return chosen ? <Trace key={chosen} id={chosen} /> : <List />;
}

function List() {
  const [filter, setFilter] = useState(lastFilter);
  const { value, error, again } = useAsk<TracesSummary>(
    `/api/traces?filter=${encodeURIComponent(filter)}`,
    EVERY_MS,
  );
  // What was shown stays until the answer to another filter is here.
  const last = useRef<TracesSummary | undefined>(undefined);
  if (value) last.current = value;
  const shown = value ?? last.current;
  const { act, problem, setProblem } = useAct();
  const choose = (expression: string) => {
    try {
      readFilter(expression);
    } catch (mistake) {
      setProblem((mistake as Error).message);
      return;
    }
    setProblem("");
    lastFilter = expression;
    setFilter(expression);
  };
  const forget = async () => {
    await act("DELETE", "/api/traces");
    again();
  };
  return (
    <div class="page">
      <h2 class="hidden">Traces</h2>
      <Filters filter={filter} groups={shown?.groups ?? []} choose={choose} forget={() => void forget()} />
      <Problem message={error ?? problem} />
      {shown && (
        <>
          <Rules sampling={shown.sampling} again={again} />
          <p class="count">{countsOf(shown)}</p>
          {shown.found === 0 ? (
            <Nothing filter={filter} {...shown} />
          ) : (
            <>
              <Section title="Map">
                <ServiceMapView map={shown.map} choose={(service) => choose(`service("${service}")`)} />
              </Section>
              <Section title="Traces">
                <Rows traces={shown.traces} />
              </Section>
            </>
          )}
        </>
      )}
    </div>
  );
}

function Filters({
  filter,
  groups,
  choose,
  forget,
}: {
  filter: string;
  groups: TracesSummary["groups"];
  choose(filter: string): void;
  forget(): void;
}) {
  // What is not understood stays to be mended; what is chosen elsewhere takes its place at once: an effect would do that
  // a moment later, and take away what was typed in between.
  const [typed, setTyped] = useState<{ over: string; text: string }>();
  const text = typed?.over === filter ? typed.text : filter;
  const submit = (event: Event) => {
    event.preventDefault();
    choose(text);
  };
  return (
    <form class="tools" onSubmit={submit}>
      <label class="filter">
        <span class="hidden">Filter expression</span>
        <input
          type="search"
          placeholder='Filter: fault = true AND service("…"), annotation.KEY = "…"'
          value={text}
          onInput={({ currentTarget }) => setTyped({ over: filter, text: currentTarget.value })}
        />
      </label>
      <button type="submit">Filter</button>
      {[...FILTERS, ...groups].map((one) => (
        <button
          key={one.name}
          type="button"
          aria-pressed={one.filter === filter}
          onClick={() => choose(one.filter === filter ? "" : one.filter)}
        >
          {one.name}
        </button>
      ))}
      <button type="button" onClick={forget}>
        Clear
      </button>
    </form>
  );
}

function Rules({ sampling, again }: { sampling: Sampling; again(): void }) {
  const { act, problem } = useAct();
  /** Until the run says the same. */
  const [wanted, setWanted] = useState<boolean>();
  useEffect(() => {
    if (wanted === sampling.all) setWanted(undefined);
  }, [wanted, sampling.all]);
  const setAll = async (all: boolean) => {
    setWanted(all);
    if (!(await act("PUT", "/api/sampling", { all }))) setWanted(undefined);
    again();
  };
  return (
    <div class="tools">
      <label class="switch">
        <input
          type="checkbox"
          checked={wanted ?? sampling.all}
          onChange={({ currentTarget }) => void setAll(currentTarget.checked)}
        />
        Follow every request
      </label>
      <details class="grow">
        <summary>
          {sampling.all ? "The rules are not asked" : plural(sampling.rules.length, "rule")},{" "}
          {plural(sampling.functions.active, "function")} of {sampling.functions.all} with active tracing
        </summary>
        <ul class="plain">
          {sampling.rules.map(({ name, reservoir, rate, service }) => (
            <li key={name}>
              <strong>{name}</strong>: {plural(reservoir, "request")} a second and{" "}
              {Math.round(rate * 1_000) / 10} % of the rest, of {service === "*" ? "every service" : service}
            </li>
          ))}
        </ul>
      </details>
      <Problem message={problem} />
    </div>
  );
}

function countsOf({ found, traces, counts }: TracesSummary): string {
  const refused = Object.entries(counts.refused);
  const parts = [
    found > traces.length
      ? `${plural(found, "trace")}, the last ${traces.length} listed`
      : plural(found, "trace"),
    `${plural(counts.documents, "document")} of functions`,
  ];
  if (counts.gone > 0) parts.push(`${plural(counts.gone, "older trace")} made room`);
  if (counts.leftOut > 0) parts.push(`${plural(counts.leftOut, "document")} over 500 KB a trace left out`);
  if (refused.length > 0) {
    const all = refused.reduce((sum, [, count]) => sum + count, 0);
    const why = refused.map(([reason, count]) => `${reason} (${count})`).join(", ");
    parts.push(`${plural(all, "document")} refused: ${why}`);
  }
  return parts.join("; ");
}

function Nothing({ filter, sampling }: TracesSummary & { filter: string }) {
  const { state } = useLive();
  if (filter) return <Empty title={`No trace that is kept fits ${filter}`} />;
  if (sampling.functions.active === 0)
    return (
      <Empty title="Nothing of the program is traced">
        Give a function <code>{'tracingConfig: { mode: "Active" }'}</code>, or a REST stage{" "}
        <code>xrayTracingEnabled: true</code>, and its requests stand here.
      </Empty>
    );
  return (
    <Empty title="No trace yet" command={state?.url ? `curl -i ${state.url}/` : undefined}>
      Send a request to a function with active tracing, or follow every one with the switch above.
    </Empty>
  );
}

function Rows({ traces }: { traces: TraceSummary[] }) {
  return (
    <ul class="traces">
      {traces.map((trace) => (
        <li key={trace.id}>
          <a class="row" href={`#/traces/${trace.id}`}>
            <TraceStatus status={trace.status} />
            <span class="title" title={titleOf(trace)}>
              {titleOf(trace)}
            </span>
            <span class="marks">
              {trace.isPartial && <span class="tag">goes on</span>}
              <span class="tag">{plural(trace.segments, "segment")}</span>
            </span>
            <span class="ms">{milliseconds(trace.responseTime)}</span>
            <span class="time">{clock(trace.time)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
