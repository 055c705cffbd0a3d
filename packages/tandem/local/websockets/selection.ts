/** Which route a message takes: the value that the API's expression finds in it is the route's key. */
import { isObject } from "../../shared/json.ts";

/** Undefined where the message has nothing there, or is no JSON. */
export type RouteSelection = (message: string) => string | undefined;

/** `$request.body.action` and `${request.body.action}`, alone or among other text. */
const VARIABLE = /\$\{request\.body\.([\w.-]+)\}|\$request\.body\.([\w-]+(?:\.[\w-]+)*)/g;

/** Undefined where the expression holds something else. */
export function routeSelection(expression: string): RouteSelection | undefined {
  const rest = expression.replaceAll(VARIABLE, "");
  if (rest.includes("$")) return undefined;
  return (message) => {
    const body = parsed(message);
    let isWhole = true;
    const key = expression.replaceAll(VARIABLE, (_all, braced?: string, bare?: string) => {
      const value = valueIn(body, braced ?? bare ?? "");
      isWhole &&= value !== undefined;
      return value ?? "";
    });
    return isWhole ? key : undefined;
  };
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function valueIn(body: unknown, path: string): string | undefined {
  const value = path
    .split(".")
    .reduce<unknown>(
      (found, key) => (isObject(found) && Object.hasOwn(found, key) ? found[key] : undefined),
      body,
    );
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}
