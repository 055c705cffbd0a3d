import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";

const root = path.resolve(import.meta.dirname, "../../../..");

/**
 * That the tests of a service, and the functions that they are of, are those of the checkout, where they pass. What `npm test` is
 * of an installed tool is asked of the service of docs/add-things.md.
 * @param files of the service, with their text
 */
export function assertTestsOfCheckout(files: ReadonlyMap<string, string>, name: string): void {
  const { name: own } = parse(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")) as { name: string };
  const texts = [...files].filter(([file]) => /^(tests|functions)\//.test(file));
  for (const [file, text] of texts) {
    assert.equal(text.replaceAll(name, own), readFileSync(path.join(root, file), "utf8"), file);
  }
  const tests = texts.filter(([file]) => file.endsWith(".test.ts"));
  assert.ok(tests.length >= 3, `${tests.length} files of tests`);
  // Imports are looked for elsewhere; none reads another file, which might not be there.
  const modules = tests.flatMap(([, text]) => [...text.matchAll(/"node:([^"]+)"/g)].map(([, one]) => one));
  assert.deepEqual([...new Set(modules)], ["assert/strict"]);
}
