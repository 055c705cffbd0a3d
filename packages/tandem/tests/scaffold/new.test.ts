import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { recordProgram } from "../../program/record-program.ts";
import type { Recording } from "../../program/recording.ts";
import { format } from "../../scaffold/format.ts";
import { planFunction } from "../../scaffold/function.ts";
import { type FilePlan, writePlan } from "../../scaffold/plan.ts";
import { NotUnderstood, ProgramFile } from "../../scaffold/program-file.ts";
import { planQueue } from "../../scaffold/queue.ts";
import { planSchedule } from "../../scaffold/schedule.ts";
import { planTable } from "../../scaffold/table.ts";
import type { ProjectCopy } from "../local/start/support.ts";
import { copyOfProgram } from "./program-copy.ts";

/** No program has birds already: these tests also run in one that was added to as the pages say. */
const listSparrows = { name: "listSparrows", route: "GET /sparrows", links: ["nests.read"] };

const biome = path.resolve("node_modules/@biomejs/biome/bin/biome");

let project: ProjectCopy;

/** Whatever examples the program has or has not: something to link to, and a route with a parameter. */
function makeProject(): void {
  project = copyOfProgram();
  for (const name of ["nests", "feathers"]) add((program) => planTable(program, { name, key: "id:S" }));
  addFunction({ name: "readNest", route: "GET /nests/{id}", links: [] });
}

function add(plan: (program: ProgramFile) => FilePlan[]): FilePlan[] {
  const files = plan(new ProgramFile(project.path));
  writePlan(project.path, files);
  return files;
}

const addFunction = (request = listSparrows) =>
  add((program) => planFunction(project.path, program, request));

const read = (file: string): string => readFileSync(path.join(project.path, file), "utf8");

describe("npm run new", () => {
  beforeEach(makeProject);
  afterEach(() => project.remove());

  /** Lines of index.ts that were not there before, and those that are gone. */
  const changes = (before: string): { added: string[]; removed: string[] } => {
    const [old, now] = [before.split("\n"), read("index.ts").split("\n")];
    return {
      added: now.filter((line) => !old.includes(line)),
      removed: old.filter((line) => !now.includes(line)),
    };
  };
  it("adds a function: handler, operation, test, declaration and route; nothing else of index.ts changes", () => {
    const before = read("index.ts");
    const files = addFunction();
    assert.deepEqual(
      files.map(({ file, state }) => [state, file]),
      [
        ["new", "functions/sparrows/listSparrows.ts"],
        ["new", "functions/sparrows/operations.ts"],
        ["new", "tests/functions/sparrows/listSparrows.test.ts"],
        ["changed", "index.ts"],
      ],
    );
    assert.deepEqual(changes(before), {
      added: [
        'const listSparrows = new LambdaFunction("listSparrows", {',
        '  entry: "functions/sparrows/listSparrows.ts",',
        "  links: [nests.read],",
        '    "GET /sparrows": { function: listSparrows, scopes: ["sparrows:read"] },',
      ],
      removed: [],
    });
  });

  it("adds the operation of a second function of a subject to the first one's file", () => {
    addFunction();
    addFunction({ name: "readSparrow", route: "GET /sparrows/{id}", links: [] });
    assert.match(
      read("functions/sparrows/operations.ts"),
      /export const listSparrows.*export const readSparrow = \{\n {2}summary: "Read sparrow",\n {2}path: z\.strictObject\(\{ id: z\.string\(\) \}\),/s,
    );
  });

  it("writes files that the format check takes, however long their names are", () => {
    const name = "lendSparrowToSomebodyWhoFeedsIt";
    const files = addFunction({
      name,
      route: "PUT /sparrows/{sparrow}/of/{household}/for/{somebodyWhoFeedsIt}",
      links: ["nests.readWrite", "feathers.readWrite"],
    }).map(({ file }) => file);
    const rules = JSON.parse(readFileSync("biome.json", "utf8"));
    // The copy is in no repository that could say what to leave out.
    project.write("biome.json", JSON.stringify({ ...rules, vcs: { enabled: false } }));
    format(project.path, files);
    const { status, stdout } = spawnSync(process.execPath, [biome, "check", ...files], {
      cwd: project.path,
      encoding: "utf8",
    });
    assert.equal(status, 0, stdout);
  });

  it("refuses a file that exists and writes nothing", () => {
    const before = read("index.ts");
    addFunction();
    project.write("index.ts", before);
    assert.throws(() => addFunction(), {
      name: "UserError",
      message: /^functions\/sparrows\/listSparrows\.ts exists already/,
    });
    assert.equal(read("index.ts"), before);
  });

  it("leaves an index.ts alone that is built differently, and says what it looked for", () => {
    project.edit("index.ts", (text) =>
      text.replace(/routes: (\{.*?\n {2}\}),/s, "routes: Object.freeze($1),"),
    );
    const before = read("index.ts");
    assert.throws(
      () => addFunction(),
      (error: Error) => error instanceof NotUnderstood && /routes/.test(error.message),
    );
    assert.equal(read("index.ts"), before);
  });
});

describe("npm run new, asked for what cannot be", () => {
  // Nothing is written.
  before(makeProject);
  after(() => project.remove());

  for (const [what, request, message] of [
    ["a name that is taken", { ...listSparrows, name: "readNest" }, /^The name readNest is taken/],
    [
      "a name that is none",
      { ...listSparrows, name: "List-Authors" },
      /^"List-Authors" is no name for a function/,
    ],
    ["a route that is taken", { ...listSparrows, route: "GET /hello" }, /^The route GET \/hello is taken/],
    [
      "a route that differs in a parameter's name alone",
      { ...listSparrows, route: "GET /nests/{tree}" },
      /^The route GET \/nests\/\{id\} is taken/,
    ],
    ["a route that is none", { ...listSparrows, route: "/sparrows" }, /^"\/sparrows" is no route/],
    [
      "an unknown link",
      { ...listSparrows, links: ["nests.send"] },
      /^There is no link nests\.send\. There are: .*nests\.read, /,
    ],
  ] as const) {
    it(`refuses ${what} and writes nothing`, () => {
      const before = read("index.ts");
      assert.throws(() => addFunction({ ...request, links: [...request.links] }), {
        name: "UserError",
        message,
      });
      assert.equal(read("index.ts"), before);
      assert.equal(existsSync(path.join(project.path, "functions/sparrows")), false);
    });
  }

  it("refuses a key and a schedule that are none", () => {
    const program = new ProgramFile(project.path);
    assert.throws(() => planTable(program, { name: "sparrows", key: "id" }), { message: /^"id" is no key/ });
    const request = { name: "yearly", called: "shedFeathers", expression: "every week", links: [] };
    assert.throws(() => planSchedule(program, request), { message: /^"every week" is no schedule/ });
  });
});

describe("a program to which everything was added that `npm run new` knows, recorded", () => {
  let recording: Recording;

  before(async () => {
    makeProject();
    addFunction();
    add((program) => planTable(program, { name: "sparrows", key: "country:S", sortKey: "born:N" }));
    add((program) => planQueue(program, { name: "crumbs", consumer: "takeCrumb", links: ["nests.write"] }));
    add((program) =>
      planSchedule(program, {
        name: "yearly",
        called: "shedFeathers",
        expression: "rate(7 days)",
        links: [],
      }),
    );
    recording = await recordProgram({ cwd: project.path, stack: "dev", bundle: false });
  });

  after(() => project.remove());

  const inputsOf = (type: string, name: string) =>
    recording.resources.find((resource) => resource.type === type && resource.name === name)?.inputs;

  it("has the function with the variable of its link, its route, and its name among the outputs", () => {
    const { environment } = inputsOf("aws:lambda/function:Function", "listSparrows") ?? {};
    assert.ok("NESTS_TABLE" in (environment as { variables: object }).variables);
    const routes = recording.resources.filter(({ type }) => type === "aws:apigatewayv2/route:Route");
    assert.ok(routes.some(({ inputs }) => inputs.routeKey === "GET /sparrows"));
    const { functions } = recording.outputs as { functions: Record<string, string> };
    assert.equal(functions.listSparrows, "tandem-dev-listSparrows");
  });

  it("has the table with its keys, among the outputs", () => {
    const { hashKey, rangeKey } = inputsOf("aws:dynamodb/table:Table", "sparrows") ?? {};
    assert.deepEqual([hashKey, rangeKey], ["country", "born"]);
    assert.equal((recording.outputs.tables as Record<string, string>).sparrows, "tandem-dev-sparrows");
  });

  it("has the queue with the function that takes its messages, among the outputs", () => {
    assert.ok(inputsOf("aws:sqs/queue:Queue", "crumbs"));
    assert.ok(inputsOf("aws:lambda/eventSourceMapping:EventSourceMapping", "crumbs"));
    assert.ok("crumbs" in (recording.outputs.queues as object));
    assert.ok(existsSync(path.join(project.path, "functions/crumbs/takeCrumb.ts")));
  });

  it("has the schedule with its expression", () => {
    const { scheduleExpression } = inputsOf("aws:scheduler/schedule:Schedule", "yearly") ?? {};
    assert.equal(scheduleExpression, "rate(7 days)");
  });
});
