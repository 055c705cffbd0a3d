/** `nodeargs` of Pulumi.yaml: what Pulumi starts Node with, for the program to be recorded by a Node that was started so. */
import { isAbsolute, resolve } from "node:path";

/** With these Node runs something else than the program, or waits for somebody. */
const NOT_FOLLOWED =
  /^(-[ceipv]+|--(check|eval|print|interactive|version|help|run|build-sea|test|watch|watch-path|inspect-brk|inspect-wait|permission))(=|$)/;
const PRELOADS = /^(--require|-r|--import|--loader|--experimental-loader)(?:=(.*))?$/s;

/** As a shell takes words apart, without its variables. Throws with what is wrong. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  const word = /\s*((?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+)/suy;
  while (text.slice(word.lastIndex).trim() !== "") {
    const from = word.lastIndex;
    const found = word.exec(text)?.[1];
    if (found === undefined)
      throw new Error(`has a quotation mark that is not closed: ${text.slice(from).trim()}`);
    words.push(
      found.replace(
        /\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/gsu,
        (_, escaped?: string, double?: string, single?: string) =>
          escaped ?? single ?? (double ?? "").replace(/\\(["\\])/g, "$1"),
      ),
    );
  }
  return words;
}

/** The first argument that a recording cannot follow. */
export function notFollowed(words: readonly string[]): string | undefined {
  return words.find((word) => NOT_FOLLOWED.test(word));
}

/** Files that are loaded before the program: absolute, those of packages left out. */
export function preloadedFiles(words: readonly string[], folder: string): string[] {
  return words.flatMap((word, index) => {
    const [, option, given] = PRELOADS.exec(word) ?? [];
    const file = given ?? words[index + 1];
    return option !== undefined && file !== undefined && (file.startsWith(".") || isAbsolute(file))
      ? [resolve(folder, file)]
      : [];
  });
}
