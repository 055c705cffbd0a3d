/**
 * Who runs this program: a Pulumi engine, or a recorder that wants to know what the program declares.
 * A recorder makes itself known under a well-known symbol, so that neither side imports the other.
 */

/** How the code of one function was built. */
export interface Build {
  /** Handler file, absolute. */
  entry: string;
  /** sha256 (hex) of the bundle. */
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

export interface Recorder {
  /** False when the recorder wants the resources only and no code. */
  bundle: boolean;
  built(build: Build): void;
}

const key = Symbol.for("program.builds");

/** The recorder that runs this program, or undefined when a Pulumi engine does. */
export function recorder(): Recorder | undefined {
  return (globalThis as { [key]?: Recorder })[key];
}
