/** Answers of the console's API against its own OpenAPI file, in which no schema allows what it does not name. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { AskedConsole } from "./asked-console.ts";

const file = path.resolve(import.meta.dirname, "../../console/openapi.json");

interface Description {
  paths: Record<
    string,
    { get: { responses: { 200: { content: Record<string, { schema?: { $ref: string } }> } } } }
  >;
}

/** What of all requests and functions that the run knows is not as the file says; and how many answers were held to it. */
export async function misfits(run: AskedConsole): Promise<{ wrong: string[]; held: number }> {
  const described = JSON.parse(readFileSync(file, "utf8")) as Description;
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  ajv.addSchema(described, "console");
  const wrong: string[] = [];
  let held = 0;
  const ask = async <T>(of: string, asked: string): Promise<T> => {
    const answer = await run.ask<T>(asked);
    const schema = described.paths[of]?.get.responses[200].content["application/json"]?.schema;
    const validate = schema && ajv.getSchema(`console${schema.$ref}`);
    if (!validate) throw new Error(`the file says nothing of what GET ${of} answers`);
    held++;
    if (!validate(answer))
      for (const { instancePath, message, params } of validate.errors ?? [])
        wrong.push(`GET ${asked} ${instancePath} ${message} ${JSON.stringify(params)}`);
    return answer;
  };
  const { rows } = await ask<{ rows: { id: number }[] }>("/api/requests", "/api/requests");
  for (const { id } of rows) await ask("/api/requests/{id}", `/api/requests/${id}`);
  const { functions } = await ask<{ functions: { name: string }[] }>("/api/functions", "/api/functions");
  for (const { name } of functions)
    await ask("/api/functions/{name}", `/api/functions/${encodeURIComponent(name)}`);
  return { wrong, held };
}
