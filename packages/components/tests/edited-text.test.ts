import assert from "node:assert/strict";
import { SourceMap, type SourceMapPayload } from "node:module";
import { transformSync } from "esbuild";
import { type Edit, edited, movedMap } from "../edited-text.ts";

const SOURCE = `export const early = ["first", 1];
export function later(given) { return \`a line
and "second" one\` + given + "third"; }
export const last = [${"1234567, ".repeat(9)}"fourth"];`;

describe("edited text", () => {
  const { code, map } = transformSync(SOURCE, {
    minify: true,
    sourcemap: "external",
    sourcefile: "source.js",
  });

  const insertion = (before: string, added: string): Edit => ({
    at: code.indexOf(before),
    removed: 0,
    added,
  });
  const removal = (removed: string): Edit => ({
    at: code.indexOf(removed),
    removed: removed.length,
    added: "",
  });

  /** Line and column of the source, from 0, that a place of the text is said to be from. */
  const origin = (text: string, payload: string, what: string) => {
    const before = text.slice(0, text.indexOf(what)).split("\n");
    const { originalLine, originalColumn } = new SourceMap(JSON.parse(payload) as SourceMapPayload).findEntry(
      before.length - 1,
      before.at(-1)?.length ?? 0,
    ) as Record<string, number>;
    return [originalLine, originalColumn];
  };

  const places = ['"first"', '"third"', '"fourth"'];
  const origins = places.map((place) => origin(code, map, place));

  it("is the text with what was added and without what was removed", () => {
    const text = edited(code, [insertion('"first"', "(0,"), removal('"third"')]);
    assert.equal(text, code.replace('"first"', '(0,"first"').replace('"third"', ""));
  });

  it("has a map that leads to where it led before", () => {
    assert.deepEqual(origins[0], [0, SOURCE.indexOf('"first"')]);
    const edits = [
      insertion('"first"', "(".repeat(200)),
      removal("1]"),
      insertion('"third"', "/**/"),
      insertion('"fourth"', "+"),
    ];
    const [text, moved] = [edited(code, edits), movedMap(map, code, edits)];
    assert.deepEqual(
      places.map((place) => origin(text, moved, place)),
      origins,
    );
    // A place before every change, and one of the same line behind all of them.
    assert.notDeepEqual(
      places.map((place) => origin(text, map, place)),
      origins,
    );
  });

  it("keeps the places of its map in order where what goes had some", () => {
    // Columns 0, 1, 2, 3 and 40 of "0123…"; a difference of 37 takes two digits.
    const before = JSON.stringify({ mappings: "AAAA,CAAC,CAAC,CAAC,qCAAC" });
    const moved = movedMap(before, "0".repeat(50), [{ at: 1, removed: 2, added: "" }]);
    assert.deepEqual(JSON.parse(moved), { mappings: "AAAA,CAAC,AAAC,AAAC,qCAAC" });
    const further = movedMap(before, "0".repeat(50), [{ at: 20, removed: 0, added: "0".repeat(1_000) }]);
    assert.deepEqual(JSON.parse(further), { mappings: "AAAA,CAAC,CAAC,CAAC,6gCAAC" });
  });
});
