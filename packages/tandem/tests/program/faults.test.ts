import assert from "node:assert/strict";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { ProgramError } from "../../program/errors.ts";
import { describeFailure } from "../../program/failure.ts";
import { recordProgram } from "../../program/record-program.ts";
import { removePrograms, writeProgram } from "./fixtures.ts";

const IMPORTS = 'import * as aws from "@pulumi/aws";\nimport * as pulumi from "@pulumi/pulumi";\n';

/** The error that a program with these files ends in. */
async function failure(
  files: Record<string, string>,
  options: { packages?: boolean; timeLimit?: number } = {},
) {
  const { timeLimit, ...layout } = options;
  const cwd = writeProgram(files, layout);
  try {
    await recordProgram({ cwd, stack: "dev", ...(timeLimit === undefined ? {} : { timeLimit }) });
  } catch (error) {
    assert.ok(error instanceof ProgramError, String(error));
    const { reason, position } = error;
    const file = position?.file.replace(`${cwd}/`, "");
    return { reason, place: position && [file, position.line, position.column], message: error.message, cwd };
  }
  throw new assert.AssertionError({ message: "the program ran through" });
}

describe("a program that does not run through", () => {
  afterEach(removePrograms);

  it("throws in a module below: the innermost place in the program's own files", async () => {
    const { place } = await failure({
      "index.ts": 'import { table } from "./tables.ts";\ntable();\n',
      "tables.ts": `${IMPORTS}export function table() {\n  return new aws.dynamodb.Table("");\n}\n`,
    });
    assert.deepEqual(place, ["tables.ts", 4, 10]);
  });

  it("throws where it was compiled: lines and columns of the source", async () => {
    const { place, reason } = await failure({
      "index.ts":
        "enum Size { Small }\n\nfunction fail(size: Size): never {\n  throw new Error(['size', size].join());\n}\nfail(Size.Small);\n",
    });
    assert.equal(reason, "size,0");
    assert.deepEqual(place, ["index.ts", 4, 9]);
  });

  it("throws in an apply that nothing waits for: file, line and column of the throw, and a message a person can read", async () => {
    const { reason, place, message, cwd } = await failure({
      "index.ts": `${IMPORTS}new aws.sns.Topic("a").arn.apply(() => {\n  throw new Error("nobody asked");\n});\n`,
    });
    assert.equal(reason, "nobody asked");
    assert.deepEqual(place, ["index.ts", 4, 9]);
    assert.equal(message, `${join(cwd, "index.ts")}:4:9: nobody asked`);
  });

  it("reads a secret as a number, for which a text stands: how to mend that", async () => {
    const { reason } = await failure({
      "index.ts": `${IMPORTS}new pulumi.Config().requireSecretNumber("port");\n`,
      "Pulumi.dev.yaml": "config:\n  faulty:port: { secure: abc }\n",
    });
    const [what, advice = ""] = reason.split("\n");
    assert.match(String(what), /'faulty:port' value '\[secret faulty:port\]' is not a valid number/);
    assert.match(advice, /^faulty:port is a secret, .* Declare its type in Pulumi\.yaml/);
  });

  it("sets an exit code, by which Pulumi takes it for failed", async () => {
    const { reason } = await failure({ "index.ts": "process.exitCode = 3;\n" });
    assert.equal(reason, "The program set its exit code to 3, by which it failed");
  });

  it("waits for a promise that never settles", async () => {
    const { reason, place } = await failure({ "index.ts": "await new Promise(() => {});\n" });
    assert.match(reason, /^The program never finishes/);
    assert.deepEqual(place, ["index.ts", 1, undefined]);
  });

  it("never comes back: given up after the time limit", async () => {
    // As an endless loop, without its work.
    const blocked = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);\n";
    const { reason } = await failure({ "index.ts": blocked }, { timeLimit: 500 });
    assert.equal(reason, "The program did not finish within 0.5 s");
  });

  it("ends its own process: tells how, and what it printed", async () => {
    const { reason } = await failure({ "index.ts": 'console.error("I give up");\nprocess.exit(7);\n' });
    assert.match(reason, /with exit code 7 before it was recorded\nI give up$/);
  });

  it("does not compile: file, line and column", async () => {
    const { place, reason } = await failure({
      "index.ts": 'import "./broken.ts";\n',
      "broken.ts": "const a = 1;\nconst b = {;\n",
    });
    assert.deepEqual(place, ["broken.ts", 2, 12]);
    assert.equal(reason, 'Expected identifier but found ";"');
  });

  it("declares a constant twice, which Node reports without a place", async () => {
    const { place } = await failure({ "index.ts": "const a = 1;\nconst a = 2;\n" });
    assert.deepEqual(place, ["index.ts", 2, 7]);
  });

  it("imports a name that a module does not export", async () => {
    const { place, reason } = await failure({
      "index.ts": '\nimport { missing } from "./other.ts";\nconsole.log(missing);\n',
      "other.ts": "export const present = 1;\n",
    });
    assert.deepEqual(place?.slice(0, 2), ["index.ts", 2]);
    assert.match(reason, /does not provide an export named 'missing'/);
  });

  it("imports a file that is not there", async () => {
    const { place, reason } = await failure({
      "index.ts": '\nimport { a } from "./nowhere";\nconsole.log(a);\n',
    });
    assert.equal(reason, 'Cannot find "./nowhere"');
    assert.deepEqual(place, ["index.ts", 2, 19]);
  });

  it("imports a file of a package: the package is named, and the folder that lists it; or the file, where the package is there", async () => {
    const files = {
      "package.json": '{ "type": "module" }',
      "pnpm-lock.yaml": "",
      "index.ts": 'import "./src/far/away.ts";\n',
      "src/far/away.ts": 'import of from "left-pad-of-old/lib/is.js";\nconsole.log(of);\n',
    };
    const gone = await failure(files, { packages: false });
    assert.equal(gone.reason, `Package "left-pad-of-old" is not installed; run pnpm install in ${gone.cwd}`);
    assert.deepEqual(gone.place, ["src/far/away.ts", 1, 16]);
    const there = {
      "index.ts": 'import "@gone/away/lib/is.js";\n',
      "node_modules/@gone/away/package.json": "{}",
    };
    assert.equal(
      (await failure(there, { packages: false })).reason,
      'Package "@gone/away" has no "@gone/away/lib/is.js"',
    );
  });

  it("has a default export and named ones", async () => {
    const { reason } = await failure({ "index.ts": "export const a = 1;\nexport default { b: 2 };\n" });
    assert.match(reason, /a default export and named exports/);
  });

  it("breaks in a transform", async () => {
    const { reason } = await failure({
      "index.ts": `${IMPORTS}pulumi.runtime.registerResourceTransform(() => {
  throw new Error("bad rule");
});
new aws.sns.Topic("a");
`,
    });
    assert.match(reason, /transform failed: Error: bad rule/);
  });
});

/** How a process tells what was thrown is above; what is told of it is the same wherever it was thrown. */
describe("what a program threw", () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  const itsOwnCause = new Error("a");
  itsOwnCause.cause = itsOwnCause;
  const thrown: Record<string, [value: unknown, reason: string]> = {
    "a text": ["a string", 'The program threw "a string", which is not an Error'],
    "an object that holds itself": [
      circle,
      "The program threw <ref *1> { self: [Circular *1] }, which is not an Error",
    ],
    "a BigInt": [10n, "The program threw 10n, which is not an Error"],
    "a symbol": [Symbol("x"), "The program threw Symbol(x), which is not an Error"],
    "an error whose stack is no text": [Object.assign(new Error("e"), { stack: 5 }), "e"],
    "an error whose message is no text": [Object.assign(new Error(), { message: { a: 1 } }), "{ a: 1 }"],
    "several errors in one": [new AggregateError([new Error("one"), new Error("two")]), "one; two"],
    "an error with a cause": [new Error("a", { cause: new Error("b") }), "a: b"],
    "an error that is its own cause": [itsOwnCause, "a"],
    "an error without a word": [new RangeError(), "RangeError"],
    "an error of a realm of its own": [runInNewContext("new Error('far')"), "far"],
  };
  for (const [what, [value, reason]] of Object.entries(thrown)) {
    it(`is told of ${what}`, () => {
      assert.equal(describeFailure(value, "/project").reason, reason);
    });
  }
});
