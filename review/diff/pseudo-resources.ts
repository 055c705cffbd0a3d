/**
 * What a program sets besides its resources, in the form of resources so that it is compared like them: the configuration
 * of providers that it never names (`aws:region`), and what the stack gives to others.
 */
import type { RecordedResource, Recording, Values } from "../../program/recording.ts";
import { makeUrn } from "../../program/urns.ts";

const STACK = "pulumi:pulumi:Stack";
const PROVIDERS = "pulumi:providers:";

/** Nothing to compare with, nothing to add: both recordings are needed. */
export function withPseudoResources(
  before: Recording | undefined,
  after: Recording | undefined,
): [Recording | undefined, Recording | undefined] {
  if (before === undefined || after === undefined) return [before, after];
  const providers = [...new Set([...providersOf(before), ...providersOf(after)])];
  return [extended(before, providers), extended(after, providers)];
}

export function isPseudoResource({ type, name }: RecordedResource): boolean {
  return type === STACK || (type.startsWith(PROVIDERS) && name === "default");
}

export function isProvider(type: string): boolean {
  return type.startsWith(PROVIDERS);
}

function providersOf({ config, project }: Recording): string[] {
  return Object.keys(config)
    .map((key) => key.split(":")[0] ?? "")
    .filter((namespace) => namespace !== project);
}

function extended(recording: Recording, providers: string[]): Recording {
  const stack = pseudoResource(recording, STACK, "outputs", recording.outputs);
  const defaults = providers.map((name) =>
    pseudoResource(recording, PROVIDERS + name, "default", configOf(recording, `${name}:`)),
  );
  return { ...recording, resources: [...recording.resources, stack, ...defaults] };
}

function configOf({ config }: Recording, prefix: string): Values {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    ),
  );
}

function pseudoResource(
  { stack, project }: Recording,
  type: string,
  name: string,
  inputs: Values,
): RecordedResource {
  return {
    urn: makeUrn(stack, project, undefined, type, name),
    type,
    name,
    custom: true,
    remote: false,
    read: false,
    inputs,
    outputs: {},
    protect: false,
    retainOnDelete: false,
    dependencies: [],
    propertyDependencies: {},
    aliases: [],
    ignoreChanges: [],
  };
}
