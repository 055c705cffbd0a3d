/** What of an API can be called, for a person to read. */
import { type Api, functionBehind, type RouteTarget } from "./api.ts";

/** One line of what can be called. */
export interface Endpoint {
  /** Logical name of its API. */
  api: string;
  method: string;
  /** Below the API's address, with its parameters in braces. */
  path: string;
  /** The same without the stage: as the program and its openapi.json call it. */
  route: string;
  url: string;
  /** Physical name of the function; absent for what does not run here. */
  function?: string;
  /** What stands there where it is no function: a site, a distribution, a mock, a service. */
  serves?: string;
  /** What a caller must show, e.g. `JWT orders:write`; absent for an open route. */
  authorization?: string;
}

export function endpointsOf(api: Api, url: string): Endpoint[] {
  return api.stages.flatMap((stage) => {
    const base = stage.name === "$default" ? "" : `/${stage.name}`;
    return stage.routes.all().map(({ key, target, authorizer }) => ({
      api: api.name,
      ...place(key, base, url),
      ...behind(target),
      ...(authorizer.label === undefined ? {} : { authorization: authorizer.label }),
    }));
  });
}

/** The function, or in a word what stands there instead. */
function behind(target: RouteTarget): Pick<Endpoint, "function" | "serves"> {
  const functionName = functionBehind(target);
  if (functionName !== undefined) return { function: functionName };
  if (target.kind === "operation") return { serves: target.subtype };
  if (target.kind !== "mapped") return {};
  const { backend } = target;
  if (backend.kind === "service") return { serves: backend.service };
  return backend.kind === "nothing" ? { serves: "mock" } : {};
}

function place(key: string, base: string, url: string): Pick<Endpoint, "method" | "path" | "route" | "url"> {
  const [method, below] = key === "$default" ? ["ANY", ""] : split(key);
  return { method, path: `${base}${below}` || "/", route: below || "/", url: `${url}${base}${below}` };
}

/** `GET /orders` */
function split(key: string): [method: string, path: string] {
  const space = key.indexOf(" ");
  return [key.slice(0, space), key.slice(space + 1)];
}
