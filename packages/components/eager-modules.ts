/**
 * Files of CommonJS become functions in a bundle, which run when the file is first required. V8 only skims such a function with the
 * text around it and reads it again to run it, unless it stands in parentheses: then it is compiled with the rest, once
 * (docs/decisions/166-modules-compiled-once.md). esbuild prints no parentheses that mean nothing, so they are put in afterwards: each
 * file is marked where it begins and ends. A mark does nothing when it runs, so one that stays does no harm.
 */
import type { OutputFile } from "esbuild";
import { type Edit, edited, movedMap } from "./edited-text.ts";

const BEGINNING = '"$eager";';
const END = '"".$eager';

const ES_MODULE = /^\s*(?:import|export)\b/m;
const HASHBANG = "#!";

/** The text of a file of CommonJS with its marks, which move no line; undefined where it is none. */
export function withMarks(text: string): string | undefined {
  if (ES_MODULE.test(text) || text.startsWith(HASHBANG)) return undefined;
  return `${BEGINNING}${text}\n;${END}`;
}

/** Puts the functions between marks into parentheses, in a minified bundle and its map. */
export function compileOnce(files: readonly OutputFile[]): void {
  for (const file of files) {
    if (!file.path.endsWith(".js")) continue;
    const { text } = file;
    const edits = editsOf(text);
    if (edits.length === 0) continue;
    file.contents = Buffer.from(edited(text, edits));
    const map = files.find(({ path }) => path === `${file.path}.map`);
    if (map) map.contents = Buffer.from(movedMap(map.text, text, edits));
  }
}

/** What esbuild puts before a file that it makes a function of: `(exports,module)=>{`, with short names. */
const HEAD = /(?:\([\w$,]*\)|[\w$]+)=>\{$/;
const LONGEST_HEAD = 40;
const STRICT = '"use strict";';

/** `(exports,module)=>{"$eager";"use strict";…;"".$eager})` becomes `((exports,module)=>{…;}))`. */
function editsOf(text: string): Edit[] {
  const edits: Edit[] = [];
  // What holds for the whole bundle need not be said again in each function of it.
  const isStrict = text.startsWith(STRICT);
  let at = text.indexOf(BEGINNING);
  while (at !== -1) {
    const next = text.indexOf(BEGINNING, at + 1);
    const head = HEAD.exec(text.slice(Math.max(0, at - LONGEST_HEAD), at))?.[0];
    const end = text.indexOf(`${END}})`, at);
    if (head && end !== -1 && (next === -1 || end < next)) {
      const isRepeated = isStrict && text.startsWith(STRICT, at + BEGINNING.length);
      edits.push(
        { at: at - head.length, removed: 0, added: "(" },
        { at, removed: BEGINNING.length + (isRepeated ? STRICT.length : 0), added: "" },
        { at: end, removed: END.length, added: "" },
        { at: end + END.length + 1, removed: 0, added: ")" },
      );
    }
    at = next;
  }
  return edits;
}
