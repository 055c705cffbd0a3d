/** The picture of a program as SVG. */

import { plainObject } from "../../program/reading/value.ts";
import type { RecordedResource } from "../../program/recording.ts";
import type { Endpoint } from "../program-view/routes.ts";
import type { ProgramView } from "../program-view/view.ts";
import { asList } from "../values/canonical.ts";
import { type Architecture, architectureOf } from "./architecture.ts";
import { callArrows, functionArrows } from "./arrows.ts";
import { type Box, type Layout, layOut, type Placed } from "./layout.ts";
import { drawLegend, LEGEND_HEIGHT } from "./legend.ts";
import { document, element, escaped, lock, text } from "./svg.ts";
import { type Theme, type ThemeName, themes } from "./theme.ts";

const CORNER = 6;
const FRAME_PADDING = 7;

/** How a function, store or route did where the program runs. */
export interface Activity {
  calls: number;
  failures: number;
}

export interface Activities {
  /** Undefined of what is not measured. */
  ofResource(resource: RecordedResource): Activity | undefined;
  ofEndpoint(endpoint: Endpoint): Activity | undefined;
}

export function drawArchitecture(view: ProgramView, themeName: ThemeName, activities?: Activities): string {
  const theme = themes[themeName];
  const architecture = architectureOf(view);
  const layout = layOut(architecture);
  const networked = new Set(architecture.functions.filter(inNetwork));
  const { width, height } = layout;
  return document({
    width,
    height: height + LEGEND_HEIGHT,
    title: `Architecture of ${view.recording?.project}, stack ${view.recording?.stack}`,
    description: describe(architecture),
    page: theme.page,
    content: [
      ...headings(layout, theme),
      ...networkFrames(layout, networked, theme),
      ...callArrows(layout, theme),
      ...functionArrows(architecture, layout, theme),
      ...layout.apis.map((api) => drawApi(api, theme)),
      ...layout.endpoints.map((endpoint) => drawEndpoint(endpoint, theme)),
      ...layout.sources.map(({ item, ...box }) =>
        card(
          box,
          item.label,
          [item.kind, item.detail].filter(Boolean).join(" · "),
          kindColor(theme, item.kind),
          theme,
        ),
      ),
      ...layout.functions.map((placed) => drawFunction(placed, theme)),
      ...layout.stores.map(({ item, ...box }) =>
        card(box, item.label, item.kind, kindColor(theme, item.kind), theme),
      ),
      ...(activities ? drawActivities(layout, activities, theme) : []),
      ...drawLegend({ y: height, theme, network: networked.size > 0 }),
    ],
  });
}

function kindColor(theme: Theme, kind: string): string {
  return theme.kinds[kind] ?? theme.otherKind;
}

function inNetwork({ inputs }: RecordedResource): boolean {
  return asList(plainObject(inputs.vpcConfig)?.subnetIds).length > 0;
}

function describe({ endpoints, sources, functions, stores }: Architecture): string {
  const parts = {
    Routes: endpoints.map((endpoint) => `${endpoint.route} to ${endpoint.function?.name ?? "no function"}`),
    Events: sources.map(
      (source) => `${source.kind} ${source.label} to ${source.function?.name ?? "no function"}`,
    ),
    Functions: functions.map(({ name }) => name),
    Stores: stores.map(({ label, kind }) => `${kind} ${label}`),
  };
  return Object.entries(parts)
    .filter(([, names]) => names.length > 0)
    .map(([title, names]) => `${title}: ${names.join(", ")}.`)
    .join(" ");
}

function headings({ apis, sources, functions, stores }: Layout, theme: Theme): string[] {
  const columns: [Box | undefined, string][] = [
    [apis[0] ?? sources[0], "what calls"],
    [functions[0], "functions"],
    [stores[0], "what they reach"],
  ];
  return columns.flatMap(([box, title]) =>
    box === undefined ? [] : [text(box.x + 2, 26, title, { size: 12, fill: theme.faint })],
  );
}

/** One frame around each run of neighbours that live in a network. */
function networkFrames({ functions }: Layout, networked: Set<RecordedResource>, theme: Theme): string[] {
  const runs: Placed<RecordedResource>[][] = [];
  for (const [index, placed] of functions.entries()) {
    if (!networked.has(placed.item)) continue;
    const before = functions[index - 1];
    if (before && networked.has(before.item)) runs.at(-1)?.push(placed);
    else runs.push([placed]);
  }
  return runs.flatMap((run) => {
    const [first, last] = [run[0], run.at(-1)];
    if (!first || !last) return [];
    return [
      element("rect", {
        x: first.x - FRAME_PADDING,
        y: first.y - FRAME_PADDING / 2,
        width: first.width + 2 * FRAME_PADDING,
        height: last.y + last.height - first.y + FRAME_PADDING,
        rx: CORNER,
        fill: "none",
        stroke: theme.faint,
        "stroke-dasharray": "4 3",
      }),
    ];
  });
}

function drawApi({ item, ...box }: Placed<RecordedResource>, theme: Theme): string {
  const frame = element("rect", { ...box, rx: CORNER, fill: theme.panel, stroke: theme.line });
  const name = text(box.x + 12, box.y + 18, item.name, { size: 13, bold: true, fill: theme.text });
  const kind = text(box.x + box.width - 12, box.y + 18, "API Gateway", {
    size: 11,
    fill: theme.faint,
    anchor: "end",
  });
  return frame + name + kind;
}

function drawEndpoint({ item, ...box }: Layout["endpoints"][number], theme: Theme): string {
  const [method = "", route = ""] = item.route.split(" ");
  const base = box.y + 15.5;
  const asks = item.authorization !== "open";
  return [
    element("rect", { ...box, rx: 4, fill: theme.page, stroke: theme.line }),
    text(box.x + 8, base, method, { size: 10.5, mono: true, bold: true, fill: theme.faint }),
    text(box.x + 56, base, route, { size: 11, mono: true, fill: theme.text, width: box.width - 56 - 24 }),
    ...(asks ? [lock(box.x + box.width - 18, box.y + 5, theme.faint)] : []),
  ].join("");
}

function drawFunction({ item, ...box }: Placed<RecordedResource>, theme: Theme): string {
  const shape = element("rect", { ...box, rx: 11, fill: theme.function, stroke: theme.functionText });
  const label = text(box.x + box.width / 2, box.y + 15.5, item.name, {
    size: 11.5,
    mono: true,
    fill: theme.functionText,
    anchor: "middle",
    width: box.width - 12,
  });
  return shape + label;
}

function drawActivities(
  { endpoints, sources, functions, stores }: Layout,
  activities: Activities,
  theme: Theme,
): string[] {
  return [
    ...endpoints.flatMap((box) =>
      drawActivity(beside(box), box.item.route, activities.ofEndpoint(box.item), theme),
    ),
    ...sources.flatMap((box) =>
      drawActivity(beside(box), box.item.label, activities.ofResource(box.item.resource), theme),
    ),
    ...functions.flatMap((box) =>
      drawActivity(beside(box), box.item.name, activities.ofResource(box.item), theme),
    ),
    ...stores.flatMap((box) =>
      drawActivity(onEdge(box), box.item.label, activities.ofResource(box.item.resource), theme),
    ),
  ];
}

interface Corner {
  /** Left end of the first number. */
  x: number;
  y: number;
}

/** Over the beginning of the arrow: below a route it might be taken for the next one's. */
function beside({ x, y, width, height }: Box): Corner {
  return { x: x + width - 8, y: y + height / 2 - 7 };
}

/** Of what stands at the picture's own edge, and apart from each other. */
function onEdge({ x, y, width, height }: Box): Corner {
  return { x: x + width - 80, y: y + height - 4 };
}

/** Calls and, in red with a sign of its own, those that failed. */
function drawActivity(at: Corner, name: string, activity: Activity | undefined, theme: Theme): string[] {
  if (activity === undefined || activity.calls === 0) return [];
  const { calls, failures } = activity;
  const pill = (x: number, label: string, color: string): [next: number, drawn: string] => {
    const width = 12 + label.length * 6.2;
    const shape = element("rect", { x, y: at.y, width, height: 14, rx: 7, fill: theme.page, stroke: color });
    return [
      x + width + 4,
      shape +
        text(x + width / 2, at.y + 10.5, label, { size: 10, bold: true, fill: color, anchor: "middle" }),
    ];
  };
  const [next, counted] = pill(at.x, String(calls), theme.faint);
  const failed = failures > 0 ? pill(next, `✕ ${failures}`, theme.failure)[1] : "";
  const title = element("title", {}, escaped(`${name}: ${calls} called, ${failures} failed`));
  return [element("g", {}, title + counted + failed)];
}

function card(box: Box, label: string, detail: string, color: string, theme: Theme): string {
  return [
    element("rect", { ...box, rx: CORNER, fill: theme.panel, stroke: color }),
    element("rect", { x: box.x, y: box.y, width: 5, height: box.height, rx: 2.5, fill: color }),
    text(box.x + 16, box.y + 18, label, { size: 13, bold: true, fill: theme.text, width: box.width - 28 }),
    text(box.x + 16, box.y + 33, detail, { size: 11, fill: theme.faint, width: box.width - 28 }),
  ].join("");
}
