/** Routes that a change opens among guarded ones of production, unless a waiver says that this is meant. */
import type { Danger, ResourceChange, RouteChange, ViolationChange } from "../diff.ts";

/** The rule that finds them; a waiver of it is the place for the reason. */
export const OPEN_ROUTE_RULE = "http-api/reads-guarded";

export function openedRoutes(
  violations: readonly ViolationChange[],
  {
    routes,
    resources,
    stack,
  }: { routes: readonly RouteChange[]; resources: readonly ResourceChange[]; stack: string },
): Danger[] {
  return violations.flatMap(({ rule, change, resource }): Danger[] => {
    if (rule !== OPEN_ROUTE_RULE || change !== "new") return [];
    const declared = resources.find(
      ({ name, urn }) => name === resource && routes.some(({ source }) => source === urn),
    );
    const opened = routes.find(({ source }) => source === declared?.urn);
    if (declared === undefined || opened === undefined) return [];
    const { type, name, urn } = declared;
    const waiver = `{ rule: "${rule}", resource: "${name}", stacks: ["${stack}"], reason: "…" }`;
    const message =
      `${opened.route} of ${opened.api} is open to everybody, where other routes are guarded. ` +
      `Where that is meant, policies/waivers.ts says why: ${waiver}`;
    return [{ kind: "opened", type, name, urn, message }];
  });
}
