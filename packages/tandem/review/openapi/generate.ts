/** The two files made of the program and its functions: `openapi.json` and the collection of requests. */

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ofType } from "../../program/reading/resources.ts";
import { recordProgram } from "../../program/record-program.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { UserError } from "../../shared/user-error.js";
import { toCollection } from "./collection.ts";
import { type ApiRoute, describeApi } from "./describe-api.ts";
import { readOperations } from "./operations.ts";

/** Routes are the same in every stage; what a token must carry shows where the routes are guarded. */
export const recordGuarded = (root: string, record = recordProgram): Promise<Recording> =>
  record({ cwd: root, stack: "prod", bundle: false });

/**
 * @param recording of the stage whose routes are guarded
 * @returns contents by path, relative to the project's folder
 */
export async function generateDescription(root: string, recording: Recording): Promise<Map<string, string>> {
  if (!existsSync(path.join(root, "functions")) || !Array.isArray(recording.outputs.endpoints)) {
    throw new UserError(
      `${root} describes no API: operations are read from functions/<subject>/operations.ts, routes from the stack output "endpoints".`,
    );
  }
  const described = await readOperations(path.join(root, "functions"));
  const document = describeApi(about(root), routesOf(recording), described);
  return new Map([
    ["openapi.json", toText(document)],
    [`docs/${document.info.title}.postman_collection.json`, toText(toCollection(document))],
  ]);
}

const toText = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

function about(root: string) {
  const { name, version, description } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  return { title: String(name), version: String(version), description: String(description) };
}

/** Sorted by path, so that a route's place in the program does not show. */
export function routesOf(recording: Recording): ApiRoute[] {
  const guarded = new Map(ofType(recording, "aws:apigatewayv2/route:Route").map(scopesOf));
  const endpoints = recording.outputs.endpoints as { method: string; path: string; function: string }[];
  return endpoints
    .map((endpoint) => ({ ...endpoint, ...guarded.get(`${endpoint.method} ${endpoint.path}`) }))
    .sort((one, other) => (one.path === other.path ? 0 : one.path < other.path ? -1 : 1));
}

function scopesOf({ inputs }: RecordedResource): [string, { scopes?: string[] }] {
  const scopes =
    inputs.authorizationType === "JWT" ? ((inputs.authorizationScopes ?? []) as string[]) : undefined;
  return [String(inputs.routeKey), scopes ? { scopes } : {}];
}
