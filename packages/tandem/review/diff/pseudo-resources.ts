/**
 * What a program sets besides its resources, in the form of resources so that it is compared like them: the configuration
 * of providers that it never names (`aws:region`), what the stack gives to others, and its encrypted configuration.
 */
import { madeUpResource } from "../../program/made-up.ts";
import type { RecordedResource, Recording, Values } from "../../program/recording.ts";

export const STACK = "pulumi:pulumi:Stack";
const PROVIDERS = "pulumi:providers:";

interface Side {
  recording?: Recording;
  encrypted?: Values;
}

/** Nothing to compare with, nothing to add: both recordings are needed. */
export function withPseudoResources(
  before: Side,
  after: Side,
): [Recording | undefined, Recording | undefined] {
  const [old, now] = [before.recording, after.recording];
  if (old === undefined || now === undefined) return [old, now];
  const providers = [...new Set([...providersOf(old), ...providersOf(now)])];
  return [extended(old, before.encrypted, providers), extended(now, after.encrypted, providers)];
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

function extended(recording: Recording, encrypted: Values | undefined, providers: string[]): Recording {
  const stack = [
    madeUpResource(recording, { type: STACK, name: "outputs", inputs: recording.outputs }),
    madeUpResource(recording, { type: STACK, name: "configuration", inputs: encrypted ?? {} }),
  ];
  const defaults = providers.map((name) =>
    madeUpResource(recording, {
      type: PROVIDERS + name,
      name: "default",
      inputs: configOf(recording, `${name}:`),
    }),
  );
  return { ...recording, resources: [...recording.resources, ...stack, ...defaults] };
}

function configOf({ config }: Recording, prefix: string): Values {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    ),
  );
}
