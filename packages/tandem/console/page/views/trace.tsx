/** One trace on its time line: every segment and subsegment with when and how long, and what it says of itself. */
import { useState } from "preact/hooks";
import { useAsk } from "../api.ts";
import type { Segment, TraceDetail, TraceSummary } from "../types.ts";
import { Code, Copy, clock, Facts, milliseconds, Problem, plural, Section } from "../ui.tsx";
import { ServiceMapView } from "./service-map.tsx";

const TICKS = [0, 0.25, 0.5, 0.75, 1];
const EVERY_MS = 2_000;

export function Trace({ id }: { id: string }) {
  const { value: trace, error } = useAsk<TraceDetail>(`/api/traces/${encodeURIComponent(id)}`, EVERY_MS);
  return (
    <article class="page" aria-label="Chosen trace">
      <a href="#/traces">← All traces</a>
      <Problem message={error} />
      {trace && (
        <>
          <h2 class="wrap">{titleOf(trace)}</h2>
          <p class="facts">
            <TraceStatus status={trace.status} />
            <span>{milliseconds(trace.responseTime)} until the answer</span>
            {trace.duration > trace.responseTime && (
              <span>{milliseconds(trace.duration)} until all was done</span>
            )}
            <span>{clock(trace.time)}</span>
            {trace.request && <a href={`#/requests/${trace.request.id}`}>Its request, with log and calls</a>}
          </p>
          <p class="facts">
            <code class="wrap">{trace.id}</code> <Copy text={trace.id}>Copy the id</Copy>
          </p>
          <Section title="Time line">
            <TimeLine trace={trace} />
          </Section>
          <Section title="Map">
            <ServiceMapView map={trace.map} />
          </Section>
        </>
      )}
    </article>
  );
}

function TimeLine({ trace }: { trace: TraceDetail }) {
  return (
    <>
      <div class="axis" aria-hidden="true">
        {TICKS.map((part) => (
          <span key={part}>{milliseconds(trace.duration * part)}</span>
        ))}
      </div>
      <ul class="line-rows">
        {trace.roots.map((segment) => (
          <Part key={segment.id} segment={segment} trace={trace} depth={0} />
        ))}
      </ul>
    </>
  );
}

function Part({ segment, trace, depth }: { segment: Segment; trace: TraceDetail; depth: number }) {
  const [isOpen, setIsOpen] = useState(false);
  const { name, start, end, fault, error, throttle, children } = segment;
  const look = fault ? "bad" : error || throttle ? "warn" : "good";
  const whole = Math.max(trace.duration, 0.001);
  const from = Math.min(Math.max(((start - trace.time) / whole) * 100, 0), 100);
  const width = Math.min(Math.max(((end - start) / whole) * 100, 0.3), 100 - Math.min(from, 99.7));
  return (
    <li>
      <button type="button" class="part" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        <span class="part-name" style={{ paddingLeft: `${Math.min(depth, 8) * 12}px` }}>
          <span class={look} aria-hidden="true">
            {look === "bad" ? "✕" : look === "warn" ? "!" : "✓"}
          </span>
          <span class="hidden">{fault ? "fault: " : throttle ? "throttled: " : error ? "error: " : ""}</span>
          <span class="part-text">
            <span class={segment.isSubsegment ? "" : "part-service"}>{name}</span>{" "}
            <span class="muted">{kindOf(segment)}</span>
          </span>
        </span>
        <span class="ms">{segment.isInProgress ? "goes on" : milliseconds(end - start)}</span>
        <span class="track" aria-hidden="true">
          <span class={`bar-of ${look}`} style={{ left: `${Math.min(from, 99.7)}%`, width: `${width}%` }} />
        </span>
      </button>
      {isOpen && <SegmentDetails segment={segment} trace={trace} />}
      {children.length > 0 && (
        <ul>
          {children.map((child) => (
            <Part key={child.id} segment={child} trace={trace} depth={depth + 1} />
          ))}
        </ul>
      )}
    </li>
  );
}

function kindOf({ origin, namespace, aws }: Segment): string {
  if (origin !== undefined) return origin;
  const operation = typeof aws.operation === "string" ? aws.operation : "";
  return namespace === "aws" || namespace === "remote" ? operation || namespace : "";
}

function SegmentDetails({ segment, trace }: { segment: Segment; trace: TraceDetail }) {
  const { http, annotations, metadata, aws, causes, sql } = segment;
  const annotated = Object.entries(annotations).map(([name, value]) => [name, String(value)] as const);
  return (
    <div class="details">
      <Facts
        look="report"
        facts={[
          ["Begins after", milliseconds(Math.max(0, segment.start - trace.time))],
          ["Takes", segment.isInProgress ? "goes on" : milliseconds(segment.end - segment.start)],
          ...(http?.status === undefined ? [] : [["Answer", String(http.status)] as const]),
        ]}
      />
      {http?.url !== undefined && (
        <p class="wrap">
          {http.method} {http.url}
        </p>
      )}
      {sql !== undefined && <Code text={sql} label="Query" />}
      {causes.map(({ type, message, stack }, index) => (
        <div key={index}>
          <p class="reason wrap">
            {type}: {message}
          </p>
          {stack.length > 0 && <Code text={stack.join("\n")} label={`Stack of ${type}`} />}
        </div>
      ))}
      {annotated.length > 0 && (
        <>
          <h4>{plural(annotated.length, "annotation")}</h4>
          <Facts look="headers" facts={annotated} />
        </>
      )}
      {Object.keys(metadata).length > 0 && (
        <>
          <h4>Metadata</h4>
          <Code text={JSON.stringify(metadata)} label={`Metadata of ${segment.name}`} />
        </>
      )}
      {Object.keys(aws).length > 0 && (
        <details>
          <summary>What AWS says of it</summary>
          <Code text={JSON.stringify(aws)} label={`What AWS says of ${segment.name}`} />
        </details>
      )}
    </div>
  );
}

export function titleOf({ request, method, url, name }: TraceSummary): string {
  if (request) return `${request.method} ${request.title}`;
  return method === undefined ? name : `${method} ${url ?? ""}`;
}

export function TraceStatus({ status }: Pick<TraceSummary, "status">) {
  const kind = status === "fault" ? "bad" : status === "ok" ? "good" : "warn";
  return (
    <span class={`status ${kind}`}>
      <span aria-hidden="true">{kind === "bad" ? "✕" : kind === "warn" ? "!" : "✓"}</span> {status}
    </span>
  );
}
