/** What the lines and signs of a picture mean, in one row below it. */
import { arrow, lines } from "./arrows.ts";
import { element, lock, text } from "./svg.ts";
import type { Theme } from "./theme.ts";

export const LEGEND_HEIGHT = 34;

const SAMPLE = 30;

export function drawLegend({ y, theme, network }: { y: number; theme: Theme; network: boolean }): string[] {
  const at = y + 14;
  const color = theme.faint;
  const line = (kind: keyof typeof lines) => (x: number) =>
    arrow({ x, y: at }, { x: x + SAMPLE, y: at }, lines[kind](color));
  const frame = (x: number) =>
    element("rect", {
      x,
      y: at - 7,
      width: SAMPLE,
      height: 14,
      rx: 4,
      fill: "none",
      stroke: color,
      "stroke-dasharray": "4 3",
    });
  const entries: { sample: (x: number) => string; label: string; width: number }[] = [
    { sample: (x) => lock(x + 18, at - 7, color), label: "asks who calls", width: 134 },
    { sample: line("read"), label: "reads", width: 88 },
    { sample: line("write"), label: "writes", width: 92 },
    { sample: line("failure"), label: "what failed for good", width: 170 },
    ...(network ? [{ sample: frame, label: "in a private network", width: 160 }] : []),
  ];
  let x = 12;
  return entries.map(({ sample, label, width }) => {
    const drawn = sample(x) + text(x + SAMPLE + 8, at + 4, label, { size: 11, fill: color });
    x += width;
    return drawn;
  });
}
