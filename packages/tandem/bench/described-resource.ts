/** What the measured program's openapi.json offers to write and to read: no measurement knows a program by its names. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { ApiDocument } from "../review/openapi/describe-api.ts";
import type { JsonSchema } from "../review/openapi/json-schemas.ts";
import { sampleOf } from "../review/openapi/sample.ts";
import { UserError } from "../shared/user-error.js";

interface Operation {
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: { "application/json"?: { schema: JsonSchema } } };
}
type Methods = Partial<Record<"get" | "post" | "patch" | "delete", Operation>>;

export interface DescribedResource {
  /** Takes POST; with an id behind it GET, PATCH and DELETE. */
  path: string;
  /** A body that POST takes, as JSON. */
  body: string;
  /** A body that PATCH takes, as JSON. */
  change: string;
}

export interface DescribedLoad {
  resource: DescribedResource;
  /** Paths that answer GET by themselves; `isPaged` those with a query parameter `limit`. */
  reads: { path: string; isPaged: boolean }[];
}

export function describedLoad(cwd: string): DescribedLoad {
  const document = readDocument(cwd);
  const paths = Object.entries(document.paths) as [string, Methods][];
  const bodyOf = (operation: Operation): string =>
    JSON.stringify(sampleOf(document, operation.requestBody?.content["application/json"]?.schema ?? {}));
  const resource = paths.flatMap(([route, { get, post }]): DescribedResource[] => {
    const [, one] = paths.find(([other]) => /^\/\{\w+\}$/.test(other.replace(route, ""))) ?? [];
    if (!get || !post || !one?.get || !one.patch || !one.delete) return [];
    return [{ path: route, body: bodyOf(post), change: bodyOf(one.patch) }];
  })[0];
  if (resource === undefined)
    throw new UserError(
      "openapi.json describes no resource with GET and POST /<resource>, and GET, PATCH and DELETE /<resource>/{id}: there is nothing to put this load on.",
    );
  const reads = paths.flatMap(([route, { get }]) => {
    const parameters = get?.parameters ?? [];
    if (get === undefined || parameters.some(({ required }) => required)) return [];
    return [{ path: route, isPaged: parameters.some(({ name }) => name === "limit") }];
  });
  return { resource, reads };
}

/** Path of a GET whose parameters are these, e.g. `/orders/{customer}/{number}`; undefined when there is none. */
export function describedKeyRoute(cwd: string, names: readonly string[]): string | undefined {
  const { paths } = readDocument(cwd);
  return Object.keys(paths).find((route) => {
    const parameters = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    return (paths[route] as Methods).get !== undefined && parameters.join() === names.join();
  });
}

function readDocument(cwd: string): ApiDocument {
  return JSON.parse(readFileSync(path.join(cwd, "openapi.json"), "utf8")) as ApiDocument;
}
