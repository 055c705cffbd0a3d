import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { writeFormatted } from "../../cli/carry-out.ts";
import { planNew } from "../../cli/commands/new.ts";
import { planRemove } from "../../cli/commands/remove.ts";
import { projectFiles } from "../../scaffold/project-files.ts";
import { ProjectCopy } from "../local/start/support.ts";
import { copyOfProgram } from "./program-copy.ts";

const root = path.resolve(import.meta.dirname, "../../../..");

/** What is made, and what takes it away again. */
const kinds: Record<string, { made: string[][]; removed: string[][] }> = {
  "a function": {
    made: [["function", "listSparrows", "GET /sparrows"]],
    removed: [["function", "listSparrows"]],
  },
  "the second function of a subject": {
    made: [
      ["function", "listSparrows", "GET /sparrows"],
      ["function", "addSparrow", "POST /sparrows"],
    ],
    removed: [
      ["function", "addSparrow"],
      ["function", "listSparrows"],
    ],
  },
  "a table": { made: [["table", "sparrows", "--sort-key", "born:N"]], removed: [["table", "sparrows"]] },
  "a queue and its function": { made: [["queue", "crumbs", "takeCrumb"]], removed: [["queue", "crumbs"]] },
  "a schedule and its function": {
    made: [["schedule", "yearly", "shedFeathers", "rate(7 days)"]],
    removed: [["schedule", "yearly"]],
  },
  "a bucket": { made: [["bucket", "feathers"]], removed: [["bucket", "feathers"]] },
  "a collection": { made: [["collection", "sparrows"]], removed: [["collection", "sparrows"]] },
  "a subject with a function, a queue and a table of its own": {
    made: [
      ["table", "nests"],
      ["queue", "sparrows", "takeSparrow", "--link", "nests.write"],
      ["function", "listSparrows", "GET /sparrows", "--link", "nests.read"],
    ],
    removed: [["subject", "sparrows"]],
  },
};

describe("npm run remove", () => {
  /** What each test begins with, made once; openapi.json and pictures are this program's, which `tests/` holds to it. */
  let first: ProjectCopy;
  let project: ProjectCopy;

  before(() => {
    first = copyOfProgram();
    for (const part of ["docs", "tests/functions/support"])
      cpSync(path.join(root, part), path.join(first.path, part), { recursive: true });
    const rules = JSON.parse(readFileSync(path.join(root, "biome.json"), "utf8"));
    // The copy is in no repository that could say what to leave out.
    first.write("biome.json", JSON.stringify({ ...rules, vcs: { enabled: false } }));
  });

  // A test that fails leaves its traces to no other.
  beforeEach(() => {
    project = new ProjectCopy(
      first.path,
      readdirSync(first.path).filter((part) => part !== "node_modules"),
    );
  });

  afterEach(() => project.remove());
  after(() => first.remove());

  /** What the commands write by themselves. What follows from it, for which they run the program, has a test of its own. */
  const make = (...args: string[]) => writeFormatted(project.path, planNew(project.path, args));
  const remove = (...args: string[]) => writeFormatted(project.path, planRemove(project.path, args));
  const tree = () =>
    Object.fromEntries(
      projectFiles(project.path).map((file) => [file, readFileSync(path.join(project.path, file), "utf8")]),
    );

  for (const [what, { made, removed }] of Object.entries(kinds)) {
    it(`leaves the very bytes that were there before ${what} came`, () => {
      const before = tree();
      for (const args of made) make(...args);
      assert.notDeepEqual(tree(), before);
      for (const args of removed) remove(...args);
      assert.deepEqual(tree(), before);
    });
  }

  it("finds the API described and the pictures drawn anew by `npm run new`; that it does so too is asked of a new service", () => {
    const before = tree();
    const args = ["new", "function", "listSparrows", "GET /sparrows"];
    const cwd = project.path;
    execFileSync(process.execPath, [path.join(root, "packages/tandem/cli/tandem.js"), ...args], {
      cwd,
      stdio: "pipe",
    });
    const changed = Object.entries(tree()).filter(([file, text]) => text !== before[file]);
    for (const written of [/architecture-dark\.svg$/, /\.postman_collection\.json$/, /^openapi\.json$/])
      assert.ok(
        changed.some(([file, text]) => written.test(file) && text.includes("/sparrows")),
        String(written),
      );
  });

  it("leaves the very bytes of sample data that is of nothing yet", () => {
    const head = "/** What sample data there is. */\n";
    const imports = 'import type { Seed } from "pulumi-tandem";\n\n';
    project.write("data/seeds.ts", `${head}${imports}export const seeds: Seed[] = [];\n`);
    const before = tree()["data/seeds.ts"];
    make("collection", "sparrows");
    assert.notEqual(tree()["data/seeds.ts"], before);
    remove("collection", "sparrows");
    assert.equal(tree()["data/seeds.ts"], before);
  });

  it("refuses what is in use, what is not there and what it does not know, and writes nothing", () => {
    make("table", "nests");
    make("function", "listNests", "GET /nests", "--link", "nests.read");
    make("queue", "twigs", "takeTwig");
    project.write("functions/twigs/leaf.ts", 'export { listNests } from "../nests/operations.ts";\n');
    project.write("tests/leaf.ts", 'export const leaf = () => import("../functions/twigs/leaf.ts");\n');
    const before = tree();
    for (const [args, expected] of [
      [["table", "nests"], /^nests is in use: listNests\. Remove it first, or its link/],
      [["queue", "crumbs"], /^There is no queue crumbs in index\.ts\. There (is|are): .*twigs\. Nothing/],
      [["subject", "sparrows"], /^There is no subject sparrows\. There are: .*nests, twigs/],
      [
        ["subject", "nests"],
        /^functions\/twigs\/leaf\.ts imports functions\/nests\/operations\.ts, which would go\./,
      ],
      [["subject", "twigs"], /^tests\/leaf\.ts imports functions\/twigs\/leaf\.ts, which would go\./],
      [["cluster", "nests"], /^What is to go\? "cluster nests" does not say: function, table/],
      [["table"], /^What is to go\? "table" does not say/],
    ] as const) {
      assert.throws(() => remove(...args), { name: "UserError", message: expected });
    }
    assert.deepEqual(tree(), before);
  });
});
