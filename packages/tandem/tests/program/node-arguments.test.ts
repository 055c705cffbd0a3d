import assert from "node:assert/strict";
import { notFollowed, preloadedFiles, splitWords } from "../../program/node-arguments.ts";

describe("nodeargs of Pulumi.yaml", () => {
  it("are taken apart as a shell does it", () => {
    assert.deepEqual(splitWords(""), []);
    assert.deepEqual(splitWords("  -r  ./a.js\t--import=./b.js\n"), ["-r", "./a.js", "--import=./b.js"]);
    assert.deepEqual(splitWords(`-r "./my file.js" --a='b c' d\\ e`), [
      "-r",
      "./my file.js",
      "--a=b c",
      "d e",
    ]);
    assert.deepEqual(splitWords(`"a\\"b" '' x"y"z`), ['a"b', "", "xyz"]);
    assert.throws(() => splitWords('--a "b'), /has a quotation mark that is not closed: "b/);
  });

  it("are refused where Node would not run the program by itself", () => {
    for (const refused of [
      "-e",
      "--eval=1",
      "-p",
      "--test",
      "--watch",
      "--inspect-brk",
      "--inspect-brk=9229",
      "--permission",
      "-i",
      "--check",
    ])
      assert.equal(notFollowed(["--no-warnings", refused]), refused);
    const followed = [
      "--max-old-space-size=4096",
      "--inspect",
      "--import=./a.js",
      "--env-file=.env",
      "-r",
      "./-e",
      "--watch-preserve-output",
    ];
    assert.equal(notFollowed(followed), undefined);
  });

  it("name the files that are loaded first; those of packages are no source", () => {
    const words = [
      "-r",
      "./a.cjs",
      "--import=../b.mjs",
      "--require",
      "dotenv/config",
      "--import",
      "/c.js",
      "--import=tsx",
    ];
    assert.deepEqual(preloadedFiles(words, "/program/infra"), [
      "/program/infra/a.cjs",
      "/program/b.mjs",
      "/c.js",
    ]);
  });
});
