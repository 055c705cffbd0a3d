/**
 * The config of a stack as the Pulumi CLI would pass it on: what Pulumi.yaml declares, what the stack's file says, what
 * the caller sets on top. Every mistake is told at once.
 */

import { UserError } from "../shared/user-error.js";
import { CONFIG_TYPES, type ConfigType, describeType, placeholder, readAs } from "./config-types.ts";
import { isObject } from "./reading/value.ts";
import type { Recording, Value } from "./recording.ts";
import type { ConfigEntry } from "./session.ts";
import type { YamlFile } from "./yaml-file.ts";

interface Declared extends ConfigType {
  key: string;
  /** The project's own value, which a stack may replace. */
  value?: Value | undefined;
  secret: boolean;
  /** Only what the project declares for itself has to be there. */
  required: boolean;
}

export interface ConfigSources {
  project: string;
  projectFile: YamlFile;
  stack: string;
  /** Undefined for a project whose stacks have no files. */
  stackFile: YamlFile | undefined;
  /** Goes before both. */
  given: Record<string, Value>;
}

export interface ConfigResult {
  config: Record<string, ConfigEntry>;
  warnings: Recording["diagnostics"];
}

export function readConfig(sources: ConfigSources): ConfigResult {
  const { project, stack, stackFile } = sources;
  const mistakes: string[] = [];
  const declared = readDeclared(sources, mistakes);
  const inFile = fullKeys(project, section(stackFile));
  const given = fullKeys(project, sources.given);
  const config: Record<string, ConfigEntry> = {};
  for (const key of new Set([...declared.keys(), ...inFile.keys(), ...given.keys()])) {
    const schema = declared.get(key) ?? { key, secret: false, required: false };
    const fromFile = inFile.get(key);
    const value = given.get(key) ?? fromFile ?? schema.value;
    if (value === undefined) {
      if (schema.required) mistakes.push(`${key} is not set; expected ${describeType(schema)}`);
      continue;
    }
    const hidden = hasSecret(value);
    const opened = hidden ? open(value, schema, key) : readAs(schema, value);
    const place = given.has(key) || fromFile === undefined ? "" : ` (${placeOf(sources, key)})`;
    if (schema.secret && fromFile !== undefined && !hasSecret(fromFile)) {
      mistakes.push(
        `${key} is a secret but stands in the open${place}; set it with pulumi config set --secret`,
      );
    } else if (opened === undefined) {
      const shown = schema.secret ? "a secret of another type" : JSON.stringify(value);
      mistakes.push(`${key} is ${shown}${place}; expected ${describeType(schema)}`);
    } else {
      config[key] = { value: opened, secret: schema.secret || hidden || hasSecret(fromFile) };
    }
  }
  if (mistakes.length > 0) {
    throw new UserError(
      `The configuration of stack "${stack}" is wrong:\n${mistakes.map((m) => `  ${m}`).join("\n")}`,
    );
  }
  return { config, warnings: [...unknownKeys(sources, declared, inFile), ...environments(stackFile)] };
}

/** Reads the `config` of Pulumi.yaml in its long form (type, default, …) and its short one (`key: value`). */
function readDeclared({ project, projectFile }: ConfigSources, mistakes: string[]): Map<string, Declared> {
  const declared = new Map<string, Declared>();
  for (const [name, schema] of Object.entries(section(projectFile))) {
    const key = fullKey(project, name);
    const own = key.startsWith(`${project}:`);
    const long = isObject(schema);
    const entry: Declared = long
      ? { ...(schema as ConfigType), key, secret: false, required: own }
      : { key, value: schema, secret: false, required: own };
    if (long) {
      const {
        default: standard,
        value,
        secret,
      } = schema as { default?: Value; value?: Value; secret?: Value };
      entry.value = standard ?? value;
      entry.secret = secret === true;
    }
    const place = projectFile.place("config", name);
    if (entry.type !== undefined && !CONFIG_TYPES.includes(entry.type)) {
      mistakes.push(
        `${key} has the type "${entry.type}" (${place}); expected one of ${CONFIG_TYPES.join(", ")}`,
      );
      continue;
    }
    if (entry.value !== undefined && readAs(entry, entry.value) === undefined) {
      mistakes.push(
        `${key} has the default ${JSON.stringify(entry.value)} (${place}); expected ${describeType(entry)}`,
      );
      continue;
    }
    declared.set(key, entry);
  }
  return declared;
}

/** A misspelt key would otherwise be a value that silently never arrives. */
function unknownKeys(
  { project, stackFile }: ConfigSources,
  declared: Map<string, Declared>,
  inFile: Map<string, Value>,
): ConfigResult["warnings"] {
  if (declared.size === 0) return [];
  return [...inFile.keys()]
    .filter((key) => key.startsWith(`${project}:`) && !declared.has(key))
    .map((key) => ({
      severity: "warning",
      message: `${stackFile?.path} sets ${key}, which Pulumi.yaml does not declare`,
    }));
}

function environments(stackFile: YamlFile | undefined): ConfigResult["warnings"] {
  if (stackFile?.content.environment === undefined) return [];
  const message = `${stackFile.path} imports environments, which Pulumi's service keeps; they are not read here`;
  return [{ severity: "warning", message }];
}

function section(file: YamlFile | undefined): Record<string, Value> {
  const config = file?.content.config ?? {};
  if (typeof config === "object" && !Array.isArray(config)) return config as Record<string, Value>;
  // An old form: the folder of the stacks' files.
  if (typeof config === "string") return {};
  throw new UserError(`${file?.place("config")}: expected keys with values under config`);
}

function placeOf({ project, stackFile }: ConfigSources, key: string): string {
  const short = key.startsWith(`${project}:`) ? key.slice(project.length + 1) : key;
  const written = key in section(stackFile) ? key : short;
  return stackFile?.place("config", written) ?? "";
}

function fullKeys(project: string, values: Record<string, Value>): Map<string, Value> {
  return new Map(Object.entries(values).map(([key, value]) => [fullKey(project, key), value]));
}

function fullKey(project: string, key: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

/** `secure: <ciphertext>`, at the top or anywhere below. */
function hasSecret(value: Value | undefined): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (isSecure(value)) return true;
  return Object.values(value).some((inner) => hasSecret(inner as Value));
}

function isSecure(value: object): boolean {
  return "secure" in value && Object.keys(value).length === 1 && typeof value.secure === "string";
}

/** The value with a placeholder for each secret in it. */
function open(value: Value, schema: ConfigType, key: string): Value | undefined {
  if (typeof value !== "object" || value === null) return value;
  if (isSecure(value)) return placeholder(schema, key);
  if (Array.isArray(value))
    return value.map((item, index) => open(item, schema.items ?? {}, `${key}[${index}]`) ?? null);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, open(inner as Value, {}, `${key}.${name}`) ?? null]),
  );
}
