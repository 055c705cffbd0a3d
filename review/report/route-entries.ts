import type { RouteChange, RouteState } from "../diff/diff.ts";
import { type Entry, entry, type Sign } from "./entry.ts";
import { type Line, line } from "./line.ts";

const SIGNS: Record<RouteChange["change"], Sign> = { opened: "+", closed: "-", changed: "~" };

export function routeEntries(changes: readonly RouteChange[]): Entry[] {
  return changes.map(({ change, api, route, before, after }) => {
    const state = before && after ? changedState(before, after) : stateLine(after ?? before);
    return entry(SIGNS[change], line`${route} of ${api} ${[change]}: ${state}`);
  });
}

function stateLine(state: RouteState | undefined): Line {
  if (state === undefined) return [];
  return state.function === undefined
    ? line`${state.authorization}`
    : line`${state.authorization}, to ${state.function}`;
}

function changedState(before: RouteState, after: RouteState): Line {
  const parts: Line[] = [];
  if (before.authorization !== after.authorization) {
    parts.push(line`${before.authorization} → ${after.authorization}`);
  }
  if (before.function !== after.function) {
    parts.push(line`to ${before.function ?? "nothing"} → ${after.function ?? "nothing"}`);
  }
  return parts.flatMap((part, index) => (index === 0 ? part : [", ", ...part]));
}
