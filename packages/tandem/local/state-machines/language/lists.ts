/** Lists that both query languages make, by functions of other names. */

/** The last one may be shorter. */
export function partitioned(list: readonly unknown[], size: number): unknown[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) =>
    list.slice(at * size, (at + 1) * size),
  );
}

/** How many numbers `range` gives. */
export function rangeLength(from: number, to: number, step: number): number {
  return Math.max(0, Math.floor((to - from) / step) + 1);
}

/** With both ends, where steps lead to the last. */
export function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: rangeLength(from, to, step) }, (_, at) => from + at * step);
}
