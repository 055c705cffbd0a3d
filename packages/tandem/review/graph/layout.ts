/** Where everything of a picture stands: callers on the left, functions in the middle, stores on the right. */
import type { RecordedResource } from "../../program/recording.ts";
import type { Endpoint } from "../program-view/routes.ts";
import type { Architecture, Store } from "./architecture.ts";
import type { EventSource } from "./event-sources.ts";

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Placed<T> = Box & { item: T };

export interface Layout {
  width: number;
  height: number;
  /** A frame around the routes of each API. */
  apis: Placed<RecordedResource>[];
  endpoints: Placed<Endpoint>[];
  sources: Placed<EventSource>[];
  functions: Placed<RecordedResource>[];
  stores: Placed<Store>[];
}

/** A README is some 830 pixels wide; the text stays readable when the picture is shrunk to that. */
export const WIDTH = 880;
export const TOP = 40;

const columns = {
  callers: { x: 10, width: 262 },
  functions: { x: 366, width: 150 },
  stores: { x: 668, width: 202 },
};
const ROW = 30;
const FUNCTION_HEIGHT = 22;
const API_HEADING = 26;
const CARD = 42;
const GAP = 14;

export function layOut(architecture: Architecture): Layout {
  const left = placeCallers(architecture);
  const functions = placeFunctions(architecture, left);
  const bottom = Math.max(TOP, ...[...left.apis, ...left.sources, ...functions].map(lowerEdge));
  const stores = placeStores(architecture, functions, bottom);
  const height = Math.max(bottom, ...stores.map(lowerEdge)) + GAP;
  return { width: WIDTH, height, ...left, functions, stores };
}

export function middle({ y, height }: Box): number {
  return y + height / 2;
}

function lowerEdge({ y, height }: Box): number {
  return y + height;
}

function placeCallers({ endpoints, sources }: Architecture): Pick<Layout, "apis" | "endpoints" | "sources"> {
  const { x, width } = columns.callers;
  const placed: Pick<Layout, "apis" | "endpoints" | "sources"> = { apis: [], endpoints: [], sources: [] };
  let y = TOP;
  for (const [api, own] of Map.groupBy(endpoints, (endpoint) => endpoint.api)) {
    placed.apis.push({ item: api, x, y, width, height: API_HEADING + own.length * ROW + GAP / 2 });
    y += API_HEADING;
    for (const endpoint of own) {
      placed.endpoints.push({
        item: endpoint,
        x: x + 8,
        y: y + 4,
        width: width - 16,
        height: FUNCTION_HEIGHT,
      });
      y += ROW;
    }
    y += GAP * 1.5;
  }
  for (const source of sources) {
    placed.sources.push({ item: source, x, y, width, height: CARD });
    y += CARD + GAP;
  }
  return placed;
}

/** Each beside what calls it, so that most arrows are level. */
function placeFunctions(
  { functions }: Architecture,
  left: Pick<Layout, "endpoints" | "sources">,
): Placed<RecordedResource>[] {
  let lowest = TOP;
  return functions.map((item) => {
    const callers = [...left.endpoints, ...left.sources].filter((caller) => caller.item.function === item);
    const wanted = callers.length === 0 ? lowest : mean(callers.map(middle)) - FUNCTION_HEIGHT / 2;
    const y = Math.max(wanted, lowest);
    lowest = y + ROW;
    return { item, ...columns.functions, y, height: FUNCTION_HEIGHT };
  });
}

/** Each at the height of what reaches it, in that order, as far as the others leave room. */
function placeStores(
  { stores, accesses, failures }: Architecture,
  functions: Placed<RecordedResource>[],
  bottom: number,
): Placed<Store>[] {
  const wanted = stores.map((item) => {
    const reaching = [...accesses, ...failures].filter(({ store }) => store === item.resource);
    const heights = reaching
      .flatMap((one) => functions.filter((box) => box.item === one.function))
      .map(middle);
    return { item, y: heights.length === 0 ? bottom : mean(heights) - CARD / 2 };
  });
  const inOrder = wanted.toSorted((a, b) => a.y - b.y);
  let lowest = TOP;
  for (const store of inOrder) {
    store.y = Math.max(store.y, lowest);
    lowest = store.y + CARD + GAP;
  }
  let highest = Math.max(bottom, TOP + inOrder.length * (CARD + GAP) - GAP) - CARD;
  for (const store of inOrder.toReversed()) {
    store.y = Math.min(store.y, highest);
    highest = store.y - CARD - GAP;
  }
  return inOrder.map(({ item, y }) => ({ item, ...columns.stores, y, height: CARD }));
}

function mean(numbers: number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
