/** Reads Pulumi.yaml and the stack's own file: the program's name, its main file, and its config, checked by type. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { ProjectError } from "./errors.ts";
import type { Recording, Value } from "./recording.ts";
import type { ConfigEntry } from "./session.ts";
import type { Folders } from "./values.ts";

export interface Project {
  name: string;
  main: string;
  folders: Folders;
  config: Record<string, ConfigEntry>;
  diagnostics: Recording["diagnostics"];
}

export async function readProject({
  cwd,
  stack,
  config = {},
}: {
  cwd: string;
  stack: string;
  config?: Record<string, Value>;
}): Promise<Project> {
  const root = resolve(cwd);
  const file = join(root, "Pulumi.yaml");
  if (!existsSync(file)) throw new ProjectError(`There is no Pulumi.yaml in ${root}`);
  const yaml = parse(readFileSync(file, "utf8"));
  const stackFile = join(root, `Pulumi.${stack}.yaml`);
  if (!existsSync(stackFile)) {
    const known = readdirSync(root).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
    throw new ProjectError(
      `Stack "${stack}" has no file Pulumi.${stack}.yaml in ${root}; there are: ${known.join(", ")}`,
    );
  }
  const declared = (yaml.config ?? {}) as Record<string, { default?: Value; value?: Value } | Value>;
  const given = (parse(readFileSync(stackFile, "utf8"))?.config ?? {}) as Record<string, Value>;
  const entries: Record<string, ConfigEntry> = {};
  const full = (key: string) => (key.includes(":") ? key : `${yaml.name}:${key}`);
  for (const [key, schema] of Object.entries(declared)) {
    const value =
      typeof schema === "object" && schema !== null && !Array.isArray(schema)
        ? ((schema as { default?: Value; value?: Value }).default ?? (schema as { value?: Value }).value)
        : schema;
    if (value !== undefined) entries[full(key)] = { value, secret: false };
  }
  for (const [key, value] of Object.entries({ ...given, ...config })) {
    const secure = typeof value === "object" && value !== null && "secure" in value;
    entries[full(key)] = secure
      ? { value: `secret of ${full(key)}`, secret: true }
      : { value, secret: false };
  }
  const main = mainFile(resolve(root, yaml.main ?? "."));
  return {
    name: yaml.name,
    main,
    folders: { project: root, program: dirname(main) },
    config: entries,
    diagnostics: [],
  };
}

function mainFile(path: string): string {
  if (!statSync(path).isDirectory()) return path;
  const found = ["index.js", "index.mjs", "index.ts", "index.mts"]
    .map((name) => join(path, name))
    .find(existsSync);
  if (found === undefined) throw new ProjectError(`There is no index.ts or index.js in ${path}`);
  return found;
}
