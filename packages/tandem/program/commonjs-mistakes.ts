/** What a file cannot be compiled for, told with its place. */
import { dirname } from "node:path";
import type ts from "typescript";
import { installCommand } from "../shared/install-command.js";
import type { Position } from "./errors.ts";

type TypeScript = typeof ts;

/** TypeScript that SDKs have within them. */
export const VENDORED = "3.8.3";

/** `require` cannot wait, so neither Pulumi nor Node runs such a module; what they say of it names a line of the compiled code. */
export function refuseTopLevelAwait(typescript: TypeScript, file: string, text: string): void {
  if (!text.includes("await")) return;
  const source = typescript.createSourceFile(file, text, typescript.ScriptTarget.Latest);
  const find = (node: ts.Node): ts.Node | undefined => {
    if (typescript.isFunctionLike(node) || typescript.isClassStaticBlockDeclaration?.(node)) return undefined;
    const isLoop = typescript.isForOfStatement(node) && node.awaitModifier !== undefined;
    return typescript.isAwaitExpression(node) || isLoop ? node : typescript.forEachChild(node, find);
  };
  const found = find(source);
  if (found === undefined) return;
  const { line, character } = source.getLineAndCharacterOfPosition(found.getStart(source));
  const reason =
    'A CommonJS module cannot await at its top level, and its package does not say "type": "module". Say so in package.json, ' +
    "or export an async function: Pulumi calls it";
  throw Object.assign(new Error(reason), { position: { file, line: line + 1, column: character + 1 } });
}

export function syntaxError(
  typescript: TypeScript,
  file: string,
  { file: source, start, messageText }: ts.Diagnostic,
): Error {
  const at = source === undefined ? undefined : source.getLineAndCharacterOfPosition(start ?? 0);
  const position: Position = { file, line: (at?.line ?? 0) + 1, ...(at && { column: at.character + 1 }) };
  const old =
    typescript.version === VENDORED
      ? `; Pulumi compiles it with TypeScript ${VENDORED}, as the program has none: ${installCommand(dirname(file), "typescript", { development: true })}`
      : "";
  const reason = typescript.flattenDiagnosticMessageText(messageText, " ") + old;
  return Object.assign(new SyntaxError(reason), { position });
}
