/** The lines between the columns of a picture. */
import type { RecordedResource } from "../../program/recording.ts";
import type { Architecture, Store } from "./architecture.ts";
import { type Box, type Layout, middle, type Placed } from "./layout.ts";
import { element, rounded } from "./svg.ts";
import type { Theme } from "./theme.ts";

interface Line {
  color: string;
  dashes?: string;
  width: number;
  /** Whether it ends in a point. */
  pointed: boolean;
}

interface Reach {
  function: RecordedResource;
  store: RecordedResource;
  line: Line;
}

interface Point {
  x: number;
  y: number;
}

export const lines = {
  call: (color: string): Line => ({ color, width: 1.3, pointed: true }),
  read: (color: string): Line => ({ color, width: 1.3, dashes: "5 3", pointed: false }),
  write: (color: string): Line => ({ color, width: 1.5, pointed: true }),
  failure: (color: string): Line => ({ color, width: 1.3, dashes: "1.5 3", pointed: true }),
};

const POINT = 6;

export function callArrows({ endpoints, sources, functions }: Layout, theme: Theme): string[] {
  return [...endpoints, ...sources].flatMap((caller) =>
    functions
      .filter(({ item }) => item === caller.item.function)
      .map((called) => arrow(rightOf(caller), leftOf(called), lines.call(theme.call))),
  );
}

/** Lines that end at the same store end one below the other, in the order of where they come from. */
export function functionArrows(
  { accesses, failures }: Architecture,
  { functions, stores }: Layout,
  theme: Theme,
): string[] {
  const reaches: Reach[] = [
    ...accesses.map(({ writes, ...ends }) => {
      const color = colorOf(ends.store, stores, theme);
      return { ...ends, line: writes ? lines.write(color) : lines.read(color) };
    }),
    ...failures.map((ends) => ({ ...ends, line: lines.failure(colorOf(ends.store, stores, theme)) })),
  ];
  return stores.flatMap((store) => {
    const own = functions.flatMap((from) =>
      reaches
        .filter((reach) => reach.store === store.item.resource && reach.function === from.item)
        .map(({ line }) => ({ from, line })),
    );
    return own.map(({ from, line }, index) => {
      const y = store.y + (store.height * (index + 1)) / (own.length + 1);
      return arrow(rightOf(from), { x: store.x, y }, line);
    });
  });
}

export function arrow(from: Point, to: Point, { color, dashes, width, pointed }: Line): string {
  const end = pointed ? to.x - POINT : to.x;
  const bend = (end - from.x) / 2;
  const curve = element("path", {
    d: `M${coordinates(from)}C${coordinates({ x: from.x + bend, y: from.y })} ${coordinates({ x: end - bend, y: to.y })} ${coordinates({ x: end, y: to.y })}`,
    fill: "none",
    stroke: color,
    "stroke-width": width,
    "stroke-dasharray": dashes,
  });
  if (!pointed) return curve;
  const corners = [to, { x: end, y: to.y - 3.2 }, { x: end, y: to.y + 3.2 }].map(coordinates);
  return curve + element("polygon", { points: corners.join(" "), fill: color });
}

function coordinates({ x, y }: Point): string {
  return `${rounded(x)} ${rounded(y)}`;
}

function colorOf(resource: RecordedResource, stores: Placed<Store>[], theme: Theme): string {
  const kind = stores.find(({ item }) => item.resource === resource)?.item.kind ?? "";
  return theme.kinds[kind] ?? theme.otherKind;
}

function rightOf(box: Box): Point {
  return { x: box.x + box.width, y: middle(box) };
}

function leftOf(box: Box): Point {
  return { x: box.x, y: middle(box) };
}
