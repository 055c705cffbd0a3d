/** A route as a person types it, checked against the routes there are. */
import { UserError } from "../shared/user-error.js";
import type { ProgramFile } from "./program-file.ts";

export interface NewRoute {
  /** `GET /authors/{id}`. */
  key: string;
  method: string;
  /** Names of the path's parameters. */
  parameters: string[];
  /** First word of the path: the folder its function goes to. */
  subject: string;
}

const PATTERN = /^(GET|POST|PUT|PATCH|DELETE) ((?:\/(?:[\w.~-]+|\{\w+\+?\}))+)$/;

export function parseRoute(text: string, program: ProgramFile): NewRoute {
  const [, method, path] = PATTERN.exec(text) ?? [];
  if (method === undefined || path === undefined) {
    throw new UserError(
      `${JSON.stringify(text)} is no route: a method (GET, POST, PUT, PATCH, DELETE), a space and a path are wanted, e.g. "GET /authors/{id}".`,
    );
  }
  const taken = program.routes().find((route) => shape(route) === shape(text));
  if (taken !== undefined) throw new UserError(`The route ${taken} is taken. Nothing was written.`);
  const subject = /^\/([a-z][\w-]*)/.exec(path)?.[1];
  if (subject === undefined) {
    throw new UserError(
      `The first part of ${path} names the folder of the function: it begins with a small letter.`,
    );
  }
  const parameters = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name as string);
  return { key: text, method, parameters, subject };
}

/** Two routes that differ in the names of their parameters alone are one to API Gateway. */
function shape(route: string): string {
  return route.replace(/\{\w+(\+?)\}/g, "{$1}");
}
