/** Reads and edits data/seeds.ts: one constant a store, all of them in the list `seeds`. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type ArrayLiteralExpression, SyntaxKind } from "ts-morph";
import { SEEDS_FILE } from "../local/seed/seed.ts";
import type { FilePlan } from "./plan.ts";
import { NotUnderstood } from "./program-file.ts";
import { type NewImport, SourceText, stringProperty } from "./source-text.ts";

function listOf(file: SourceText): ArrayLiteralExpression {
  const list = file.source
    .getVariableDeclaration("seeds")
    ?.getInitializerIfKind(SyntaxKind.ArrayLiteralExpression);
  if (!list) throw new NotUnderstood(`a list \`export const seeds = […]\` in ${SEEDS_FILE}`);
  return list;
}

/** Without the sample data of `files`; undefined where there is nothing of it. */
export function withoutSeeds(folder: string, files: readonly string[]): FilePlan | undefined {
  if (!existsSync(path.join(folder, SEEDS_FILE))) return undefined;
  const before = readFileSync(path.join(folder, SEEDS_FILE), "utf8");
  const file = new SourceText(before);
  const names = file.source.getVariableDeclarations().flatMap((declaration) => {
    const read = stringProperty(declaration.getInitializer(), "file");
    return read !== undefined && files.includes(read) ? [declaration.getName()] : [];
  });
  for (const name of names) {
    file.tidyAfter(SEEDS_FILE, () => {
      const member = listOf(file)
        .getElements()
        .find((element) => element.getText() === name);
      if (member) file.removeMember(member);
    });
  }
  return file.text === before ? undefined : { file: SEEDS_FILE, text: file.text, state: "changed" };
}

export interface NewSeed {
  /** Constant that holds it. */
  name: string;
  code: string;
  imports: NewImport[];
}

export function withSeed(folder: string, { name, code, imports }: NewSeed): FilePlan {
  const file = new SourceText(readFileSync(path.join(folder, SEEDS_FILE), "utf8"));
  const elements = listOf(file).getElements();
  const last = elements.at(-1);
  if (last) file.insert(last.getEnd(), `, ${name}`);
  else file.insert(listOf(file).getStart() + 1, name);
  const list = file.source.getVariableStatement("seeds");
  file.insert(list?.getStart() ?? 0, `${code}\n\n`);
  for (const added of imports) file.addImport(added);
  return { file: SEEDS_FILE, text: file.text, state: "changed" };
}
