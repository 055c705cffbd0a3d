/** The routes of the run's APIs, with what the program's openapi.json says of each, and tokens for those that ask for one. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { jwtIssuers, tokenFor } from "../local/gateway/issuer/jwt-issuers.ts";
import type { LocalRun } from "../local/run.ts";
import { UserError } from "../shared/user-error.js";

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  /** What it is, and an example. */
  description: string;
  example: string;
}

export interface RouteSummary {
  /** Logical name of its API. */
  api: string;
  method: string;
  /** With its parameters in braces. */
  path: string;
  function?: string;
  authorization?: string;
  summary: string;
  parameters: Parameter[];
  /** Example of a body; empty where it takes none. */
  body: string;
}

export interface RoutesSummary {
  routes: RouteSummary[];
  issuers: { name: string; scopes: string[] }[];
  /** Why openapi.json was not read. */
  problem?: string;
}

/** A token for trying things out. */
const TOKEN_SECONDS = 3_600;

interface Schema {
  type?: string | string[];
  example?: unknown;
  examples?: unknown[];
  default?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  $ref?: string;
}

interface DescribedParameter {
  name: string;
  in: string;
  description?: string;
  example?: unknown;
  schema?: Schema;
}

interface Operation {
  summary?: string;
  parameters?: DescribedParameter[];
  requestBody?: { content?: Record<string, { example?: unknown; schema?: Schema }> };
}

interface Description {
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

export class Routes {
  readonly #run: LocalRun;

  constructor(run: LocalRun) {
    this.#run = run;
  }

  summary(): RoutesSummary {
    const { description, problem } = this.#description();
    return {
      routes: this.#run.services
        .endpoints()
        // What is tried here is sent by HTTP.
        .filter(({ url }) => !url.startsWith("ws:"))
        .map(({ api, method, path: routePath, route, function: name, authorization }) => {
          const operation = operationOf(description, method, route);
          return {
            api,
            method,
            path: routePath,
            ...(name === undefined ? {} : { function: name }),
            ...(authorization === undefined ? {} : { authorization }),
            summary: operation?.summary ?? "",
            parameters: parametersOf(routePath, operation, description),
            body: bodyOf(method, operation, description),
          };
        }),
      issuers: jwtIssuers(this.#run.recording).map(({ name, scopes }) => ({ name, scopes: [...scopes] })),
      ...(problem === undefined ? {} : { problem }),
    };
  }

  async token(name: string, scopes: string[]): Promise<string> {
    const declared = jwtIssuers(this.#run.recording).find((one) => one.name === name);
    if (!declared) throw new UserError(`The program declares no JWT authorizer ${name}.`);
    // Loaded when somebody asks for one: what signs takes longer to load than all the rest of the console.
    const { LocalIssuer } = await import("../local/gateway/issuer/issuer.ts");
    const issuer = await LocalIssuer.open(this.#run.context.dataFolder("issuer"));
    return issuer.mint(tokenFor(declared, { subject: "console", scopes, expiresIn: TOKEN_SECONDS }));
  }

  #description(): { description: Description; problem?: string } {
    const file = path.join(this.#run.recording.cwd, "openapi.json");
    if (!existsSync(file)) return { description: {} };
    try {
      return { description: JSON.parse(readFileSync(file, "utf8")) as Description };
    } catch (error) {
      return { description: {}, problem: `${file} is not read: ${(error as Error).message}` };
    }
  }
}

function operationOf({ paths = {} }: Description, method: string, route: string): Operation | undefined {
  const plain = route.replaceAll("+}", "}");
  return paths[plain]?.[method.toLowerCase()];
}

function parametersOf(
  routePath: string,
  operation: Operation | undefined,
  description: Description,
): Parameter[] {
  const parameters = operation?.parameters ?? [];
  const parameter = (
    name: string,
    where: Parameter["in"],
    one: DescribedParameter | undefined,
  ): Parameter => ({
    name,
    in: where,
    description: one?.description ?? "",
    example: exampleText(one, description),
  });
  const inPath = [...routePath.matchAll(/\{(\w+)\+?\}/g)].map(([, name = ""]) =>
    parameter(
      name,
      "path",
      parameters.find((one) => one.in === "path" && one.name === name),
    ),
  );
  const others = parameters.flatMap((one) =>
    one.in === "query" || one.in === "header" ? [parameter(one.name, one.in, one)] : [],
  );
  return [...inPath, ...others];
}

function exampleText(parameter: DescribedParameter | undefined, description: Description): string {
  const schema = parameter?.schema && resolved(parameter.schema, description);
  const example = parameter?.example ?? schema?.example ?? schema?.examples?.[0] ?? schema?.default;
  return example === undefined ? "" : typeof example === "string" ? example : JSON.stringify(example);
}

function bodyOf(method: string, operation: Operation | undefined, description: Description): string {
  if (/^(GET|HEAD|DELETE|OPTIONS)$/.test(method)) return "";
  const content = operation?.requestBody?.content?.["application/json"];
  if (!content) return operation ? "" : "{}";
  return JSON.stringify(content.example ?? exampleOf(content.schema ?? {}, description, 0), undefined, 2);
}

const DEEPEST = 6;

/** Something of the schema's shape: its own example, else the required properties. */
function exampleOf(given: Schema, description: Description, depth: number): unknown {
  const schema = resolved(given, description);
  const example = schema.example ?? schema.examples?.[0] ?? schema.default ?? schema.enum?.[0];
  if (example !== undefined || depth > DEEPEST) return example ?? null;
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "object" || schema.properties) {
    const names = schema.required ?? Object.keys(schema.properties ?? {});
    return Object.fromEntries(
      names.map((name) => [name, exampleOf(schema.properties?.[name] ?? {}, description, depth + 1)]),
    );
  }
  if (type === "array") return [exampleOf(schema.items ?? {}, description, depth + 1)];
  if (type === "integer" || type === "number") return 1;
  return type === "boolean" ? true : "text";
}

function resolved(schema: Schema, { components }: Description): Schema {
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : (components?.schemas?.[name] ?? {});
}
