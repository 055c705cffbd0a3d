/** Where the boxes and arrows of a map stand. Loaded by the first page that shows one: it is as large as all the rest. */
import { Graph, layout } from "@dagrejs/dagre";
import type { ServiceMap } from "./types.ts";

export const BOX = { width: 208, height: 92 };
/** Room for `12 × 34 ms` on an arrow. */
const LABEL = { width: 96, height: 20 };

export interface Point {
  x: number;
  y: number;
}

export interface Arrow {
  from: string;
  to: string;
  points: Point[];
  /** Middle of its label. */
  label: Point;
}

export interface Layout {
  width: number;
  height: number;
  /** Middle of each box, by the key of its service. */
  boxes: Map<string, Point>;
  arrows: Arrow[];
}

/** @param isWide from left to right, else from top to bottom */
export function layOut({ nodes, edges }: ServiceMap, isWide: boolean): Layout {
  const graph = new Graph();
  graph.setGraph({
    rankdir: isWide ? "LR" : "TB",
    nodesep: 24,
    ranksep: isWide ? 48 : 40,
    marginx: 8,
    marginy: 8,
  });
  for (const { key } of nodes) graph.setNode(key, { ...BOX });
  for (const { from, to } of edges) graph.setEdge(from, to, { ...LABEL, labelpos: "c" });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const boxes = new Map<string, Point>();
  for (const { key } of nodes) {
    const { x = 0, y = 0 } = graph.node(key) as Partial<Point>;
    boxes.set(key, { x, y });
  }
  const arrows = edges.map(({ from, to }): Arrow => {
    const { points = [], x = 0, y = 0 } = graph.edge(from, to) as { points?: Point[] } & Partial<Point>;
    return { from, to, points, label: { x, y } };
  });
  return { width, height, boxes, arrows };
}
