import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ts } from "ts-morph";

/**
 * What files of a service import, types too, that is neither there nor asked for by its package.json: the compiler would miss
 * it, which takes 20 times as long to say so.
 * @param files paths from `folder`
 * @returns `<file>: <what it imports>`
 */
export function missingImports(folder: string, files: readonly string[]): string[] {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(path.join(folder, "package.json"), "utf8"),
  ) as Record<"dependencies" | "devDependencies", Record<string, string>>;
  const isThere = (file: string, name: string) => {
    if (name.startsWith(".")) return existsSync(path.resolve(folder, path.dirname(file), name));
    const asked = /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name;
    return [asked, `@types/${asked}`].some((one) => one in dependencies || one in devDependencies);
  };
  return files
    .filter((file) => /\.[cm]?[jt]s$/.test(file))
    .flatMap((file) =>
      ts
        .preProcessFile(readFileSync(path.join(folder, file), "utf8"), true, true)
        .importedFiles.filter(({ fileName: name }) => !name.startsWith("node:") && !isThere(file, name))
        .map(({ fileName }) => `${file}: ${fileName}`),
    );
}
