/**
 * Values of a stack's secrets on this machine. What stands encrypted in a stack's file is never decrypted here: the program
 * gets a placeholder, unless `.local/secrets.yaml` has a value of its own for it, which is in no repository.
 */

import { existsSync } from "node:fs";
import path from "node:path";
import { readProject } from "../program/project.ts";
import { archive, asset } from "../program/reading/value.ts";
import type { Recording, Value } from "../program/recording.ts";
import { readYamlFile } from "../program/yaml-file.ts";
import { UserError } from "../shared/user-error.js";
import { FUNCTION, functionSettings } from "./workers/settings.ts";

/** As `program/config-types.ts` writes it; where in the value the secret stands may follow. */
const PLACEHOLDER = /\[secret ([\w.-]+:[\w-]+)/g;

export interface ProgramOfAStack {
  cwd: string;
  stack: string;
}

export function secretsFile(cwd: string): string {
  return path.join(cwd, ".local", "secrets.yaml");
}

/** By full key, for `recordProgram`. Every mistake in the file is told, a key that is no secret of the stack too. */
export function localSecrets({ cwd, stack }: ProgramOfAStack): Record<string, Value> {
  const file = secretsFile(cwd);
  if (!existsSync(file)) return {};
  const { content, place } = readYamlFile(file);
  const given = content[stack] ?? {};
  if (typeof given !== "object" || Array.isArray(given)) {
    throw new UserError(`${place(stack)}: expected keys of secrets with values under ${stack}.`);
  }
  const { name, config } = readProject({ cwd, stack });
  const secrets = Object.entries(config).flatMap(([key, { secret }]) => (secret ? [key] : []));
  return Object.fromEntries(
    Object.entries(given).map(([short, value]): [string, Value] => {
      const key = short.includes(":") ? short : `${name}:${short}`;
      if (secrets.includes(key)) return [key, value as Value];
      const known = secrets.length > 0 ? `it has ${secrets.sort().join(", ")}` : "it has none";
      throw new UserError(`${place(stack, short)}: ${key} is no secret of stack ${stack}; ${known}.`);
    }),
  );
}

/** What is said at the start of functions that were given placeholders; undefined when none was. */
export function placeholderNotice(recording: Recording): string | undefined {
  const rows: string[] = [];
  const keys = new Set<string>();
  for (const resource of recording.resources) {
    if (resource.type !== FUNCTION || resource.read) continue;
    const { logicalName, environment, code } = functionSettings(resource, recording);
    const places = Object.entries(environment).map(([name, value]) => ({ what: `variable ${name}`, value }));
    for (const { what, value } of [...places, ...textsOf(code).map((value) => ({ what: "code", value }))]) {
      const found = new Set(Array.from(value.matchAll(PLACEHOLDER), ([, key = ""]) => key));
      if (found.size > 0) rows.push(`  Function ${logicalName}: its ${what} holds ${[...found].join(", ")}`);
      for (const key of found) keys.add(key);
    }
  }
  if (keys.size === 0) return undefined;
  const { cwd, stack } = recording;
  return [
    `Placeholders stand for secrets that only stack ${stack} in the cloud can decrypt:`,
    ...rows,
    `Give them values for this machine in ${secretsFile(cwd)} (git does not see it):`,
    `  ${stack}:`,
    ...[...keys].sort().map((key) => `    ${key}: <value>`),
  ].join("\n");
}

/** Of what the program itself wrote, e.g. a closure that captured a secret. */
function textsOf(code: Value | undefined): string[] {
  const file = asset(code);
  if (file !== undefined) return file.text === undefined ? [] : [file.text];
  return Object.values(archive(code)?.assets ?? {}).flatMap((inner) => textsOf(inner));
}
