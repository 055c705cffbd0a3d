/**
 * Builds one handler again after its source changed, with the options its program recorded for it, so that a saved
 * file answers within a blink and the program need not run again.
 */
import { createHash } from "node:crypto";
import path from "node:path";
import { archive, asset } from "../program/reading/value.ts";
import type { Build, RecordedResource, Recording, Value } from "../program/recording.ts";
import { optionsOf } from "./build-options.ts";

/** A recorded build and the functions that carry it. */
export interface BuiltFunctions {
  build: Build;
  /** Lambda functions of the recording whose archive is this bundle. */
  functions: RecordedResource[];
}

export function matchBuilds(recording: Recording): BuiltFunctions[] {
  const byHash = new Map<string, RecordedResource[]>();
  for (const resource of recording.resources) {
    const text = bundleText(resource.inputs.code as Value | undefined);
    if (text === undefined) continue;
    const hash = hashOf(text);
    byHash.set(hash, [...(byHash.get(hash) ?? []), resource]);
  }
  return recording.builds.map((build) => ({ build, functions: byHash.get(build.hash) ?? [] }));
}

/** How this code was built; undefined when nothing says. */
export function builtAs(code: Value | undefined, builds: readonly Build[]): Build | undefined {
  const text = bundleText(code);
  return text === undefined ? undefined : buildOf(text, builds);
}

/** The build whose bundle is this text. */
export function buildOf(bundle: string, builds: readonly Build[]): Build | undefined {
  const hash = hashOf(bundle);
  return builds.find((build) => build.hash === hash);
}

function hashOf(bundle: string): string {
  return createHash("sha256").update(bundle).digest("hex");
}

function bundleText(code: Value | undefined): string | undefined {
  return asset(archive(code)?.assets?.["index.js"])?.text;
}

/** The code of a function with another bundle; what lies beside that in the archive stays. */
export function withBundle(code: Value | undefined, bundle: Value): Value {
  return { $: "archive", assets: { ...archive(code)?.assets, ...archive(bundle)?.assets } };
}

export type Rebuilt = { ok: true; build: Build; code: Value } | { ok: false; message: string };

/** The entry bundled anew. A file that does not compile is an answer, not an exception: the old code goes on. */
export async function rebuild(build: Build, cwd: string): Promise<Rebuilt> {
  const esbuild = await import("esbuild");
  try {
    const result = await esbuild.build({
      ...(await optionsOf(build)),
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    const text = result.outputFiles?.[0]?.text;
    if (text === undefined) return { ok: false, message: `${build.entry}: esbuild wrote nothing` };
    const folder = (build.options.absWorkingDir as string | undefined) ?? cwd;
    const inputs = Object.keys(result.metafile?.inputs ?? {})
      .filter((input) => !input.includes("node_modules/") && !input.includes(":"))
      .map((input) => path.resolve(folder, input));
    return {
      ok: true,
      build: { ...build, inputs, hash: hashOf(text), bytes: Buffer.byteLength(text) },
      code: { $: "archive", assets: { "index.js": { $: "asset", text } } },
    };
  } catch (error) {
    const { errors } = error as { errors?: Parameters<typeof esbuild.formatMessages>[0] };
    if (!errors) throw error;
    const messages = await esbuild.formatMessages(errors, { kind: "error", color: process.stdout.isTTY });
    return { ok: false, message: messages.join("\n").trimEnd() };
  }
}
