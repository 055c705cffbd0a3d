/** What the engine tells a policy pack about a stack, in the shape of a recording, so that the same rules judge both. */
import type { PolicyResource } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import {
  RECORDING_VERSION,
  type RecordedResource,
  type Recording,
  type Value,
  type Values,
} from "../program/recording.ts";

export interface StackIdentity {
  project: string;
  stack: string;
  config: Values;
}

const STACK_TYPE = "pulumi:pulumi:Stack";

/** What a cloud never tells of a resource that is there: the engine forgets it with the first refresh. */
const neverGiven: Record<string, string[]> = {
  "mongodbatlas:index/advancedCluster:AdvancedCluster": ["retainBackupsEnabled"],
};

/** Secrets come opened from the engine: what rules say of marked secrets is checked over recordings alone. */
export function engineRecording(resources: PolicyResource[], identity: StackIdentity): Recording {
  const stack = resources.find(({ type }) => type === STACK_TYPE);
  return {
    version: RECORDING_VERSION,
    ...identity,
    cwd: process.cwd(),
    resources: resources.filter((resource) => resource !== stack).map(resourceOf),
    outputs: stack ? valuesOf(stack.props) : {},
    builds: [],
    sources: [],
    diagnostics: [],
  };
}

function resourceOf({ type, name, urn, props, opts, provider, ...rest }: PolicyResource): RecordedResource {
  const forgotten = (neverGiven[type] ?? []).map((key): [string, Value] => [key, { $: "unknown" }]);
  const inputs = { ...Object.fromEntries(forgotten), ...valuesOf(props) };
  return {
    urn,
    type,
    name,
    ...(rest.parent ? { parent: rest.parent.urn } : {}),
    // Components have no provider.
    custom: provider !== undefined,
    remote: false,
    read: false,
    inputs,
    outputs: inputs,
    protect: opts.protect,
    retainOnDelete: false,
    dependencies: rest.dependencies.map((dependency) => dependency.urn),
    propertyDependencies: Object.fromEntries(
      Object.entries(rest.propertyDependencies).map(([property, targets]) => [
        property,
        targets.map((target) => target.urn),
      ]),
    ),
    aliases: opts.aliases,
    ignoreChanges: opts.ignoreChanges,
  };
}

function valuesOf(props: Record<string, unknown>): Values {
  return Object.fromEntries(
    Object.keys(props)
      .map((key) => [key, valueAt(props, key)] as const)
      .filter((entry): entry is readonly [string, Value] => entry[1] !== undefined),
  );
}

/** The SDK throws when a value is read that the preview does not know. */
function valueAt(holder: Record<string, unknown> | unknown[], key: string | number): Value | undefined {
  try {
    return recorded((holder as Record<string | number, unknown>)[key]);
  } catch (error) {
    if (error instanceof Error && error.constructor.name === "UnknownValueError") return { $: "unknown" };
    throw error;
  }
}

function recorded(value: unknown): Value | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value))
    return Array.from({ length: value.length }, (_, index) => valueAt(value, index) ?? null);
  if (pulumi.asset.Asset.isInstance(value)) return { $: "asset" };
  if (pulumi.asset.Archive.isInstance(value)) return { $: "archive" };
  return valuesOf(value as Record<string, unknown>);
}
