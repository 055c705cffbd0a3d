/** Whether the config of a stack is sound, and which of its values still are placeholders (decision 018). */

import { readProject } from "../../program/project.ts";
import type { Value } from "../../program/recording.ts";
import { UserError } from "../../shared/user-error.js";
import { type Check, here, missing } from "./check.ts";
import { isPlaceholder } from "./placeholders.ts";

export function checkConfig(cwd: string, stack: string): Check[] {
  const check = { section: "deployment", name: `config ${stack}` } as const;
  let config: ReturnType<typeof readProject>["config"];
  try {
    ({ config } = readProject({ cwd, stack }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ ...check, ...missing(error.message, `npm run pulumi -- config --stack ${stack}`) }];
  }
  const open = Object.entries(config).filter(([, { secret }]) => !secret);
  const left = open.flatMap(([key, { value }]) => placeholders(value, key));
  if (left.length === 0) {
    return [{ ...check, ...here(`${Object.keys(config).length} values, no placeholder left`) }];
  }
  return left.map(({ path, value }) => ({
    ...check,
    ...missing(`${path} is the placeholder ${value}`, setCommand(stack, path)),
  }));
}

function placeholders(value: Value, path: string): { path: string; value: string }[] {
  if (typeof value === "string") {
    return isPlaceholder(value) ? [{ path, value }] : [];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => placeholders(item, `${path}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => placeholders(item as Value, `${path}.${key}`));
}

function setCommand(stack: string, path: string): string {
  const nested = /[.[]/.test(path) ? "--path " : "";
  const key = nested === "" ? path : `'${path}'`;
  return `npm run pulumi -- config set ${nested}${key} <value> --stack ${stack}`;
}
