import type { RouteChange, RouteState } from "../diff/diff.ts";
import { type Entry, entry, type Sign } from "./entry.ts";
import { type Line, line } from "./line.ts";

const SIGNS: Record<RouteChange["change"], Sign> = { opened: "+", closed: "-", changed: "~" };

/** Who may pass stands behind the route, so that stages which differ in nothing else are one line. */
export function routeEntries(changes: readonly RouteChange[]): Entry[] {
  return changes.map(({ change, api, route, before, after }) => {
    const [from, to] = [before ?? after, after ?? before];
    const behind =
      from?.function === to?.function
        ? behindText(to)
        : line`, to ${from?.function ?? "nothing"} → ${to?.function ?? "nothing"}`;
    const states = [from, to].map((state) => state?.authorization ?? "");
    const authorization =
      states[0] === states[1] ? line`${states[1] ?? ""}` : line`${states[0] ?? ""} → ${states[1] ?? ""}`;
    const isSame = change === "changed" && states[0] === states[1];
    return entry(
      SIGNS[change],
      [...line`${[`${change} `]}${route} of ${api}`, ...behind],
      isSame ? [] : [authorization],
    );
  });
}

function behindText(state: RouteState | undefined): Line {
  return state?.function === undefined ? [] : line`, to ${state.function}`;
}
