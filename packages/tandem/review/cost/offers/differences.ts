/** Figures in which two price files differ: what was typed by hand, held against what AWS's files say. */
export interface FigureDifference {
  /** e.g. `lambda.gbSecond.arm64`. */
  path: string;
  typed: number;
  generated: number;
}

/** Only figures that both have are compared. */
export function differences(typed: unknown, generated: unknown, path = ""): FigureDifference[] {
  if (typeof typed === "number" && typeof generated === "number") {
    return typed === generated ? [] : [{ path, typed, generated }];
  }
  if (!isNested(typed) || !isNested(generated)) return [];
  return Object.entries(typed).flatMap(([key, value]) =>
    differences(value, generated[key], path === "" ? key : `${path}.${key}`),
  );
}

function isNested(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
