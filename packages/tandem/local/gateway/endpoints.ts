/** What of an API can be called, for a person to read. */
import type { Api } from "./api.ts";

/** One line of what can be called. */
export interface Endpoint {
  method: string;
  url: string;
  /** Physical name of the function; absent for what does not run here. */
  function?: string;
  /** What a caller must show, e.g. `JWT books:write`; absent for an open route. */
  authorization?: string;
}

export function endpointsOf(api: Api, url: string): Endpoint[] {
  return api.stages.flatMap((stage) => {
    const base = stage.name === "$default" ? url : `${url}/${stage.name}`;
    return stage.routes.all().map(({ key, target, authorizer }) => ({
      ...place(key, base),
      ...(target.kind === "lambda" ? { function: target.functionName } : {}),
      ...(authorizer.label === undefined ? {} : { authorization: authorizer.label }),
    }));
  });
}

function place(key: string, base: string): { method: string; url: string } {
  if (key === "$default") return { method: "ANY", url: base };
  const space = key.indexOf(" ");
  return { method: key.slice(0, space), url: `${base}${key.slice(space + 1)}` };
}
