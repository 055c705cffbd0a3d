/**
 * What a Pulumi program declared: plain JSON, so that it can cross a process boundary, be kept and be compared.
 * This module alone decides how secrets, unknowns, assets and resource references look in a recording.
 */

/** A value of a resource's inputs or outputs. Plain JSON, and objects with a `$` key for what JSON does not know. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value } | Special;

export type Special =
  | { $: "secret"; value: Value }
  | { $: "unknown" }
  | { $: "asset"; text?: string; path?: string; uri?: string }
  | { $: "archive"; assets?: Record<string, Value>; path?: string; uri?: string }
  | { $: "resource"; urn: string; id?: string };

export type Values = Record<string, Value>;

export interface RecordedResource {
  urn: string;
  /** Pulumi type token, e.g. `aws:lambda/function:Function` or `tandem:aws:LambdaFunction`. */
  type: string;
  /** Logical name. */
  name: string;
  /** URN of the parent; absent for the stack itself. */
  parent?: string;
  /** False for components (local or remote). */
  custom: boolean;
  /** True when it was declared with a remote component constructor (`awsx`), which does not expand here. */
  remote: boolean;
  /** True when it was read (`X.get`), not declared. */
  read: boolean;
  inputs: Values;
  /** Inputs and the outputs made up for it; for a component what it passed to `registerOutputs`. */
  outputs: Values;
  id?: string;
  protect: boolean;
  retainOnDelete: boolean;
  /** URNs of `dependsOn` and of every resource whose output stands in the inputs. */
  dependencies: string[];
  /** Input property → URNs whose outputs stand in it. */
  propertyDependencies: Record<string, string[]>;
  /** URNs this resource was known by. */
  aliases: string[];
  ignoreChanges: string[];
  /** Whether a replacement deletes first; absent where the program leaves it to the engine. */
  deleteBeforeReplace?: boolean;
  /** Property paths of which the program says that a change replaces the resource. */
  replaceOnChanges?: string[];
  /** URN of the resource whose deletion deletes this one as well, without a call of its own. */
  deletedWith?: string;
  /** How long the engine waits, e.g. `{ create: "30m" }`. */
  customTimeouts?: Record<string, string>;
  /** Reference to an explicit provider (`urn::id`), where one was given. */
  provider?: string;
  /** Names of the resource hooks bound to it. They belong to a deployment and are not run here. */
  hooks?: string[];
}

/** How the code of a function was built; reported by the program itself (see docs/decisions/002-builds.md). */
export interface Build {
  /** Handler file, absolute. */
  entry: string;
  /** sha256 (hex) of the bundle's `index.js`: joins the build with the archive of the function that carries it. */
  hash: string;
  /** Every file of the project that went into it, absolute; packages are left out. */
  inputs: string[];
  /** Names of the packages that went into it, sorted. */
  packages: string[];
  /** Size of the bundle in bytes, minified. */
  bytes: number;
  /** esbuild options (plain JSON) that build this entry again, alone, byte for byte. */
  options: Record<string, unknown>;
  /** Files whose default exports are the esbuild plugins that it takes besides, absolute. */
  plugins?: string[];
}

/** Goes up when a reader of the one before would misunderstand the new one; a further optional property leaves it. */
export const RECORDING_VERSION = 1;

export interface Recording {
  version: typeof RECORDING_VERSION;
  project: string;
  stack: string;
  /** Folder that holds Pulumi.yaml, absolute. */
  cwd: string;
  /** Config as the program saw it, by full key (`shop:logLevel`); secrets as `{ $: "secret" }`. */
  config: Values;
  /** In the order of registration. The stack itself is not among them. */
  resources: RecordedResource[];
  /** Stack outputs: what the program exports. */
  outputs: Values;
  builds: Build[];
  /** Files of its repository that the program loaded or read, folders whose names it read, and recording.yaml; absolute, without packages. */
  sources: string[];
  /** What the program logged through `pulumi.log`. */
  diagnostics: { severity: "debug" | "info" | "warning" | "error"; message: string; urn?: string }[];
}
