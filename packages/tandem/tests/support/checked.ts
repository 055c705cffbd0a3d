import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../../..");
/** What the compiler found in the checkout (`tsBuildInfoFile`). */
const FOUND = path.join(root, "node_modules/.cache/tandem.tsbuildinfo");
/** They declare for all files what the tool's sources alone use. Were they seen to be gone, all files would be checked anew. */
const FOR_ALL = [
  "packages/tandem/local/dynamodb/dynalite.d.ts",
  "node_modules/@aws-sdk/util-dynamodb/dist-types/models.d.ts",
];

interface Found {
  /** From the file's folder; the compiler's own by name alone. */
  fileNames: string[];
  /** By the place of its name, less one. */
  fileInfos: (string | { affectsGlobalScope?: boolean })[];
  /** Lists of what files refer to. */
  fileIdsList: number[][];
  packageJsons?: unknown;
  missingPackageJsons?: unknown;
}

/**
 * Tells the compiler what it found in the checkout. Of what is the same in a copy, down to every type it is made of, it then
 * checks nothing anew: half of its processor time.
 * @param project where the copy lies
 * @param packages the folder that its packages lie in, behind all links
 * @param config tsconfig.json that it is checked by
 */
export function layChecked(project: string, packages: string, config: string) {
  if (!existsSync(FOUND)) return;
  const { compilerOptions } = JSON.parse(readFileSync(config, "utf8"));
  const file = path.resolve(path.dirname(config), compilerOptions.tsBuildInfoFile);
  const found = JSON.parse(readFileSync(FOUND, "utf8")) as Found;
  const inCheckout = (name: string) => path.relative(root, path.resolve(path.dirname(FOUND), name));
  const gone = new Set<number>();
  for (const [at, name] of found.fileNames.entries()) {
    const info = found.fileInfos[at];
    if (!FOR_ALL.includes(inCheckout(name))) continue;
    gone.add(at + 1);
    if (typeof info === "object") delete info.affectsGlobalScope;
  }
  const moved = (name: string) => {
    const here = inCheckout(name).replace(/^node_modules\//, "");
    const there = here === inCheckout(name) ? path.join(project, here) : path.join(packages, here);
    return name.startsWith(".") ? path.relative(path.dirname(file), there) : name;
  };
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(
    file,
    JSON.stringify({
      ...found,
      fileNames: found.fileNames.map(moved),
      fileIdsList: found.fileIdsList.map((ids) => ids.filter((id) => !gone.has(id))),
      packageJsons: undefined,
      missingPackageJsons: undefined,
    }),
  );
}
