import { element } from "./svg.ts";

/** Ten pixels wide: a route that asks who calls. */
export function lock(x: number, y: number, color: string): string {
  const bow = element("path", {
    d: `M${x + 2.5} ${y + 5.5}v-2a2.5 2.5 0 0 1 5 0v2`,
    fill: "none",
    stroke: color,
    "stroke-width": 1.4,
  });
  return bow + element("rect", { x: x + 1, y: y + 5.5, width: 8, height: 6, rx: 1, fill: color });
}
