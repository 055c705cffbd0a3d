// #region books or movies
/** Handlers called directly, against embedded stores. Routes come from the API description. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import openapi from "../../../openapi.json" with { type: "json" };
import { event } from "../../functions/support/event.ts";
import { FunctionThread } from "../../functions/support/function-thread.ts";
import { startStores } from "../../functions/support/stores.ts";
import type { ApiAnswer, ApiRequest, Backend } from "./backend.ts";

interface Route {
  method: string;
  path: string;
  pattern: RegExp;
  /** Handler, relative to `functions/`. */
  file: string;
}

const functions = path.join(import.meta.dirname, "../../../functions");

export class InProcess implements Backend {
  #thread: FunctionThread | undefined;

  async start(): Promise<void> {
    const { environment } = await startStores();
    this.#thread = await FunctionThread.load("hello/hello", environment);
  }

  async send({ method, target, headers = {}, body }: ApiRequest): Promise<ApiAnswer> {
    const url = new URL(target, "http://in-process");
    for (const route of routes) {
      const match = route.method === method ? route.pattern.exec(url.pathname) : null;
      if (!match || !this.#thread) continue;
      const query = url.search ? { query: joined(url.searchParams) } : {};
      const reply = await this.#thread.request(
        event({
          routeKey: `${method} ${route.path}`,
          path: Object.fromEntries(
            Object.entries(match.groups ?? {}).map(([k, v]) => [k, decodeURIComponent(v)]),
          ),
          ...query,
          headers,
          ...(body !== undefined && { body }),
        }),
        route.file,
      );
      return { status: reply.statusCode, headers: reply.headers ?? {}, body: reply.body ?? "" };
    }
    throw new Error(`No route for ${method} ${target}`);
  }

  async stop(): Promise<void> {
    await this.#thread?.end();
  }
}

/** As the gateway does it: what comes twice is joined with a comma. */
function joined(parameters: URLSearchParams): Record<string, string> {
  const names = [...new Set(parameters.keys())];
  return Object.fromEntries(names.map((name) => [name, parameters.getAll(name).join(",")]));
}

const routes: Route[] = Object.entries(openapi.paths).flatMap(([route, methods]) =>
  Object.entries(methods).map(([method, { operationId }]) => ({
    method: method.toUpperCase(),
    path: route,
    // `{title}` is greedy in the program, which OpenAPI cannot say.
    pattern: new RegExp(
      `^${route.replaceAll(/\{(\w+)\}/g, (_, name) => (name === "title" ? "(?<title>.+)" : `(?<${name}>[^/]+)`))}$`,
    ),
    file: fileOf(operationId),
  })),
);

function fileOf(functionName: string): string {
  const subject = readdirSync(functions).find((name) =>
    existsSync(path.join(functions, name, `${functionName}.ts`)),
  );
  if (!subject) throw new Error(`No file for function ${functionName}`);
  return `${subject}/${functionName}`;
}
