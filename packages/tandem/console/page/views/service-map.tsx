/** Who calls whom, drawn: a box for each service, an arrow for each way, and on both how often, how fast and what fails. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Arrow, Layout, layOut } from "../map-layout.ts";
import type { MapEdge, MapNode, ServiceMap } from "../types.ts";
import { milliseconds, plural } from "../ui.tsx";

/** Narrower ones read better from top to bottom. */
const WIDE_PX = 720;

const KINDS: Record<string, string> = {
  client: "caller",
  "AWS::Lambda::Function": "Lambda function",
  "AWS::ApiGateway::Stage": "API Gateway stage",
  "AWS::DynamoDB::Table": "DynamoDB table",
  "AWS::S3::Bucket": "S3 bucket",
  "AWS::SQS::Queue": "SQS queue",
  "AWS::SNS::Topic": "SNS topic",
  remote: "called by name",
};

export function ServiceMapView({ map, choose }: { map: ServiceMap; choose?(service: string): void }) {
  const box = useRef<HTMLElement>(null);
  const [isWide, setIsWide] = useState(true);
  const place = useLayout(map, isWide);
  // A map that is wider than the screen begins where the calls begin.
  useEffect(() => {
    const first = place?.boxes.get(map.nodes[0]?.key ?? "");
    if (box.current && first && !isWide) box.current.scrollLeft = first.x - box.current.clientWidth / 2;
  }, [place]);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setIsWide(element.clientWidth >= WIDE_PX));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section class="scroll map" ref={box} tabIndex={0} aria-label="Map of the services">
      {place && (
        <div class="map-ground" style={{ width: `${place.width}px`, height: `${place.height}px` }}>
          <Arrows map={map} place={place} />
          {map.nodes.map((node) => (
            <Box key={node.key} node={node} map={map} place={place} choose={choose} />
          ))}
        </div>
      )}
    </section>
  );
}

/** Anew only where boxes or arrows come or go: numbers change every other second. */
function useLayout(map: ServiceMap, isWide: boolean): Layout | undefined {
  const [lays, setLays] = useState<{ layOut: typeof layOut }>();
  useEffect(() => {
    void import("../map-layout.ts").then((loaded) => setLays({ layOut: loaded.layOut }));
  }, []);
  const shape = JSON.stringify([
    map.nodes.map(({ key }) => key),
    map.edges.map(({ from, to }) => [from, to]),
  ]);
  return useMemo(() => lays?.layOut(map, isWide), [lays, shape, isWide]);
}

function Arrows({ map, place }: { map: ServiceMap; place: Layout }) {
  const measured = new Map(map.edges.map((edge) => [`${edge.from}\n${edge.to}`, edge]));
  const of = ({ from, to }: Arrow) => measured.get(`${from}\n${to}`);
  return (
    <>
      <svg class="arrows" width={place.width} height={place.height} aria-hidden="true">
        {place.arrows.map((arrow) => (
          <g key={`${arrow.from}\n${arrow.to}`} class={(of(arrow)?.faults ?? 0) > 0 ? "bad" : ""}>
            <path d={pathOf(arrow)} />
            <path class="head" d={headOf(arrow)} />
          </g>
        ))}
      </svg>
      {place.arrows.map((arrow) => {
        const edge = of(arrow);
        return (
          edge && (
            <span
              key={`${arrow.from}\n${arrow.to}`}
              class={`arrow-label ${edge.faults > 0 ? "bad" : ""}`}
              aria-hidden="true"
              style={{ left: `${arrow.label.x}px`, top: `${arrow.label.y}px` }}
            >
              {edge.faults > 0 ? "✕ " : ""}
              {edge.count} × {milliseconds(edge.averageMs)}
            </span>
          )
        );
      })}
    </>
  );
}

function Box({
  node,
  map,
  place,
  choose,
}: {
  node: MapNode;
  map: ServiceMap;
  place: Layout;
  choose: ((service: string) => void) | undefined;
}) {
  const at = place.boxes.get(node.key);
  if (!at) return null;
  const inner = <BoxText node={node} map={map} />;
  const look = {
    class: `box ${node.faults > 0 ? "bad-edge" : node.errors + node.throttles > 0 ? "warn-edge" : ""}`,
    style: { left: `${at.x}px`, top: `${at.y}px` },
  };
  return choose && node.type !== "client" ? (
    <button type="button" {...look} onClick={() => choose(node.name)}>
      {inner}
    </button>
  ) : (
    <div {...look}>{inner}</div>
  );
}

function BoxText({ node, map }: { node: MapNode; map: ServiceMap }) {
  const nameOf = (key: string) => map.nodes.find((one) => one.key === key)?.name ?? key;
  const calls = map.edges.filter(({ from }) => from === node.key).map(({ to }: MapEdge) => nameOf(to));
  return (
    <>
      <span class="box-kind">{KINDS[node.type] ?? node.type}</span>
      <span class="box-name" title={node.name}>
        {node.name}
      </span>
      <span class="box-numbers">
        {plural(node.count, "call")}, {perMinute(node.count / map.minutes)}, {milliseconds(node.averageMs)}
      </span>
      <span class="box-marks">
        {node.faults > 0 && <Mark sign="✕" look="bad" count={node.faults} all={node.count} what="fault" />}
        {node.throttles > 0 && (
          <Mark sign="!" look="warn" count={node.throttles} all={node.count} what="throttle" />
        )}
        {node.errors > 0 && <Mark sign="!" look="warn" count={node.errors} all={node.count} what="error" />}
        {node.faults + node.throttles + node.errors === 0 && (
          <span class="good">
            <span aria-hidden="true">✓</span> ok
          </span>
        )}
      </span>
      {calls.length > 0 && <span class="hidden">, calls {calls.join(", ")}</span>}
    </>
  );
}

function Mark(props: { sign: string; look: string; count: number; all: number; what: string }) {
  const { sign, look, count, all, what } = props;
  return (
    <span class={look}>
      <span aria-hidden="true">{sign}</span> {plural(count, what)} ({Math.round((count / all) * 100)} %)
    </span>
  );
}

function perMinute(rate: number): string {
  return `${rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString("en-US")}/min`;
}

/** Rounded through the middles between the points that the layout found. */
function pathOf({ points }: Arrow): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const parts = [`M${first.x},${first.y}`];
  for (const [index, point] of rest.entries()) {
    const next = rest[index + 1];
    if (next) parts.push(`Q${point.x},${point.y} ${(point.x + next.x) / 2},${(point.y + next.y) / 2}`);
    else parts.push(`L${point.x},${point.y}`);
  }
  return parts.join("");
}

function headOf({ points }: Arrow): string {
  const end = points.at(-1);
  const before = points.at(-2);
  if (!end || !before) return "";
  const angle = Math.atan2(end.y - before.y, end.x - before.x);
  const side = (turn: number) =>
    `${end.x - 8 * Math.cos(angle + turn)},${end.y - 8 * Math.sin(angle + turn)}`;
  return `M${end.x},${end.y}L${side(0.45)}L${side(-0.45)}Z`;
}
