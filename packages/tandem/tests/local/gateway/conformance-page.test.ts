import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../../../..");
const OWN = "gateway/conformance.test.ts";

interface Row {
  fact: string;
  file: string;
  test: string;
}

function rows(): Row[] {
  const page = readFileSync(path.join(root, "packages/tandem/docs/conformance.md"), "utf8");
  return page
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| Fact "))
    .map((line) => {
      const [fact = "", file = "", test = ""] = line.slice(2, -2).split(" | ");
      return { fact, file, test: test === "of the same name" ? fact : test };
    });
}

/** Names of the tests of a file. */
function testsOf(file: string): string[] {
  const source = readFileSync(path.join(root, "packages/tandem/tests/local", file), "utf8");
  return [...source.matchAll(/\bit\(\s*"([^"]+)"/g)].map(([, name = ""]) => name);
}

describe("docs/conformance.md", () => {
  it("names a test that is there for every fact, and each fact once", () => {
    const facts = rows();
    assert.equal(new Set(facts.map(({ fact }) => fact)).size, facts.length);
    const missing = facts.filter(({ file, test }) => !testsOf(file).includes(test));
    assert.deepEqual(missing, []);
  });

  it("lists every fact that is tested", () => {
    const listed = rows()
      .filter(({ file }) => file === OWN)
      .map(({ test }) => test);
    assert.deepEqual(listed, testsOf(OWN));
  });
});
