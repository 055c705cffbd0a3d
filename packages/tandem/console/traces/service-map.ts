/** The services of many traces with who calls whom: how often, how fast, and how much of it fails. */
import type { ReadTrace } from "./read-trace.ts";
import type { Segment } from "./segments.ts";
import { CLIENT, edgesOf, type Service } from "./services.ts";

export interface CallStatistics {
  count: number;
  /** Answers of 400 and more that are the caller's. */
  errors: number;
  throttles: number;
  faults: number;
  averageMs: number;
  longestMs: number;
}

export interface MapNode extends Service, CallStatistics {}

export interface MapEdge extends CallStatistics {
  from: string;
  to: string;
}

export interface ServiceMap {
  nodes: MapNode[];
  edges: MapEdge[];
  /** Traces that it is made of. */
  traces: number;
  /** From the first of them to now. */
  minutes: number;
}

export function serviceMap(traces: readonly ReadTrace[], now = Date.now()): ServiceMap {
  const nodes = new Map<string, MapNode>();
  const edges = new Map<string, MapEdge>();
  for (const trace of traces) {
    for (const { from, to, of, own } of edgesOf(trace)) {
      node(nodes, from);
      add(node(nodes, to), own);
      const key = `${from.key}\n${to.key}`;
      const edge = edges.get(key) ?? { from: from.key, to: to.key, ...nothing() };
      edges.set(key, edge);
      add(edge, of);
    }
  }
  const first = traces.reduce((earliest, { start }) => Math.min(earliest, start), now);
  return {
    nodes: [...nodes.values()].map(withClient(edges)),
    edges: [...edges.values()],
    traces: traces.length,
    minutes: Math.max(1, (now - first) / 60_000),
  };
}

/** What the client met is what it called together. */
function withClient(edges: ReadonlyMap<string, MapEdge>): (node: MapNode) => MapNode {
  return (found) => {
    if (found.key !== CLIENT.key) return found;
    const own = [...edges.values()].filter(({ from }) => from === CLIENT.key);
    const sum = (of: (edge: MapEdge) => number) => own.reduce((all, edge) => all + of(edge), 0);
    const count = sum((edge) => edge.count);
    return {
      ...found,
      count,
      errors: sum(({ errors }) => errors),
      throttles: sum(({ throttles }) => throttles),
      faults: sum(({ faults }) => faults),
      averageMs: count === 0 ? 0 : sum((edge) => edge.averageMs * edge.count) / count,
      longestMs: own.reduce((longest, edge) => Math.max(longest, edge.longestMs), 0),
    };
  };
}

function node(nodes: Map<string, MapNode>, service: Service): MapNode {
  const known = nodes.get(service.key) ?? { ...service, ...nothing() };
  nodes.set(service.key, known);
  return known;
}

function nothing(): CallStatistics {
  return { count: 0, errors: 0, throttles: 0, faults: 0, averageMs: 0, longestMs: 0 };
}

function add(measured: CallStatistics, { start, end, ...segment }: Segment): void {
  const milliseconds = end - start;
  const { fault, throttle, error } = worst(segment.children, segment);
  measured.averageMs += (milliseconds - measured.averageMs) / (measured.count + 1);
  measured.count++;
  measured.longestMs = Math.max(measured.longestMs, milliseconds);
  // One of the three, the worst.
  if (fault) measured.faults++;
  else if (throttle) measured.throttles++;
  else if (error) measured.errors++;
}

/** Lambda's own segment is well where the function below it failed. */
function worst(
  children: readonly Segment[],
  own: Pick<Segment, "fault" | "throttle" | "error" | "origin">,
): Pick<Segment, "fault" | "throttle" | "error"> {
  if (own.origin !== "AWS::Lambda") return own;
  const of = children.filter(({ origin }) => origin === "AWS::Lambda::Function");
  return {
    fault: own.fault || of.some(({ fault }) => fault),
    throttle: own.throttle,
    error: own.error || of.some(({ error }) => error),
  };
}
