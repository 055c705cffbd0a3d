/** A new function behind a route: its handler, what it accepts and answers, a test, and its lines in index.ts. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { lambdaFunction } from "./declarations.ts";
import { checkLinks, checkName, reachOf, sentence } from "./names.ts";
import type { FilePlan } from "./plan.ts";
import type { ProgramFile } from "./program-file.ts";
import { type NewRoute, parseRoute } from "./route.ts";

export interface FunctionRequest {
  name: string;
  route: string;
  links: string[];
}

/** Lines for index.ts, for whoever has to add them by hand. */
export function functionLines({ name, route, links }: FunctionRequest): string {
  const subject = /\/([\w-]+)/.exec(route)?.[1] ?? "subject";
  return [
    lambdaFunction({ name, entry: `functions/${subject}/${name}.ts`, links, settings: "answering" }),
    `// in the routes of new HttpApi(…): ${JSON.stringify(route)}: { function: ${name} },`,
  ].join("\n");
}

export function planFunction(folder: string, program: ProgramFile, request: FunctionRequest): FilePlan[] {
  const { name, links } = request;
  checkName("function", name, program);
  const route = parseRoute(request.route, program);
  checkLinks(links, program);
  const handler = `functions/${route.subject}/${name}.ts`;
  program.addAnswering(lambdaFunction({ name, entry: handler, links, settings: "answering" }));
  program.addRoute(route.key, `{ function: ${name}, scopes: [${JSON.stringify(scopeOf(route))}] }`);
  return [
    { file: handler, text: handlerText(name, route, links), state: "new" },
    operationsPlan(folder, name, route),
    { file: `tests/functions/${route.subject}/${name}.test.ts`, text: testText(name, route), state: "new" },
    { file: "index.ts", text: program.text, state: "changed" },
  ];
}

function scopeOf({ subject, method }: NewRoute): string {
  return `${subject}:${method === "GET" ? "read" : "write"}`;
}

const hasBody = ({ method }: NewRoute): boolean => method !== "GET" && method !== "DELETE";

function handlerText(name: string, route: NewRoute, links: string[]): string {
  return `/** Answers \`${route.key}\`.${reachOf(links)} */
import { ${route.method === "DELETE" ? "noContent" : "json"} } from "../http/answer.ts";
import { serve } from "../http/serve.ts";
import { ${name} } from "./operations.ts";

export const handler = serve(${name}, async (${route.parameters.length > 0 && route.method !== "DELETE" ? "{ path }" : ""}) => ${answerText(route)});
`;
}

function answerText({ method, parameters }: NewRoute): string {
  if (method === "DELETE") return "noContent()";
  if (parameters.length > 0) return "json(200, path)";
  return method === "GET" ? "json(200, { items: [] })" : "json(200, {})";
}

function operationsPlan(folder: string, name: string, route: NewRoute): FilePlan {
  const file = `functions/${route.subject}/operations.ts`;
  const operation = operationText(name, route);
  if (existsSync(path.join(folder, file))) {
    const text = readFileSync(path.join(folder, file), "utf8");
    return { file, text: withZod(`${text.trimEnd()}\n\n${operation}`), state: "changed" };
  }
  const head = `/** The operations of the subject "${route.subject}", by the name of their function. */
import * as z from "zod/mini";
import type { Operation } from "../http/operation.ts";
`;
  return { file, text: `${head}\n${operation}`, state: "new" };
}

/** A file of operations may so far have taken all its schemas from elsewhere. */
function withZod(text: string): string {
  if (/from "zod\/mini"/.test(text)) return text;
  return text.replace(/^import /m, 'import * as z from "zod/mini";\nimport ');
}

function operationText(name: string, route: NewRoute): string {
  const fields = route.parameters.map((parameter) => `${parameter}: z.string()`).join(", ");
  const lines = [
    `  summary: ${JSON.stringify(sentence(name))},`,
    ...(fields ? [`  path: z.strictObject({ ${fields} }),`] : []),
    ...(hasBody(route) ? ["  body: z.strictObject({}),"] : []),
    `  answers: { ${answerSchema(route, fields)} },`,
  ];
  return `export const ${name} = {\n${lines.join("\n")}\n} satisfies Operation;\n`;
}

function answerSchema({ method }: NewRoute, fields: string): string {
  if (method === "DELETE") return "204: null";
  if (fields) return `200: z.strictObject({ ${fields} })`;
  return method === "GET"
    ? "200: z.strictObject({ items: z.array(z.unknown()) })"
    : "200: z.strictObject({})";
}

function testText(name: string, route: NewRoute): string {
  const path =
    route.parameters.length > 0
      ? `, path: { ${route.parameters.map((p) => `${p}: "some-${p}"`).join(", ")} }`
      : "";
  const request = `{ routeKey: ${JSON.stringify(route.key)}${path} }`;
  const make = hasBody(route) ? "jsonEvent" : "event";
  const call = hasBody(route) ? `jsonEvent(${request}, {})` : `event(${request})`;
  const [status, body] = expected(route);
  return `import assert from "node:assert/strict";
import { programUnderTest } from "pulumi-tandem";
import { ${make} } from "../support/event.ts";

describe("${name}", () => {
  it("answers ${route.key}", async () => {
    const program = await programUnderTest();
    const answer = await program.invoke("${name}", ${call});
    assert.equal(answer.statusCode, ${status});
${body === undefined ? "" : `    assert.deepEqual(JSON.parse(answer.body), ${body});\n`}  });
});
`;
}

function expected({ method, parameters }: NewRoute): [status: number, body: string | undefined] {
  if (method === "DELETE") return [204, undefined];
  if (parameters.length > 0)
    return [200, `{ ${parameters.map((name) => `${name}: "some-${name}"`).join(", ")} }`];
  return [200, method === "GET" ? "{ items: [] }" : "{}"];
}
