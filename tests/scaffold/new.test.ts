import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { recordProgram } from "../../program/record-program.ts";
import { planFunction } from "../../scaffold/function.ts";
import { type FilePlan, writePlan } from "../../scaffold/plan.ts";
import { NotUnderstood, ProgramFile } from "../../scaffold/program-file.ts";
import { planQueue } from "../../scaffold/queue.ts";
import { planSchedule } from "../../scaffold/schedule.ts";
import { planTable } from "../../scaffold/table.ts";
import { ProjectCopy } from "../local/start/support.ts";

const listAuthors = { name: "listAuthors", route: "GET /authors", links: ["books.read"] };

describe("npm run new", () => {
  let project: ProjectCopy;

  beforeEach(() => {
    project = new ProjectCopy();
  });

  afterEach(() => project.remove());

  const read = (file: string): string => readFileSync(path.join(project.path, file), "utf8");
  const add = (plan: (program: ProgramFile) => FilePlan[]): FilePlan[] => {
    const files = plan(new ProgramFile(project.path));
    writePlan(project.path, files);
    return files;
  };
  const addFunction = (request = listAuthors) =>
    add((program) => planFunction(project.path, program, request));
  /** Lines of index.ts that were not there before, and those that are gone. */
  const changes = (before: string): { added: string[]; removed: string[] } => {
    const [old, now] = [before.split("\n"), read("index.ts").split("\n")];
    return {
      added: now.filter((line) => !old.includes(line)),
      removed: old.filter((line) => !now.includes(line)),
    };
  };
  const record = () => recordProgram({ cwd: project.path, stack: "dev", bundle: false });

  it("adds a function: handler, operation, test, declaration and route; nothing else of index.ts changes", async () => {
    const before = read("index.ts");
    const files = addFunction();
    assert.deepEqual(
      files.map(({ file, state }) => [state, file]),
      [
        ["new", "functions/authors/listAuthors.ts"],
        ["new", "functions/authors/operations.ts"],
        ["new", "tests/functions/authors/listAuthors.test.ts"],
        ["changed", "index.ts"],
      ],
    );
    assert.deepEqual(changes(before), {
      added: [
        'const listAuthors = new LambdaFunction("listAuthors", {',
        '  entry: "functions/authors/listAuthors.ts",',
        '    "GET /authors": { function: listAuthors, scopes: ["authors:read"] },',
        "  listAuthors,",
      ],
      removed: [],
    });
    const { resources, outputs } = await record();
    const ofType = (type: string) => resources.filter((resource) => resource.type === type);
    assert.ok(ofType("aws:lambda/function:Function").some(({ name }) => name === "listAuthors"));
    assert.ok(
      ofType("aws:apigatewayv2/route:Route").some(({ inputs }) => inputs.routeKey === "GET /authors"),
    );
    const environment = ofType("aws:lambda/function:Function").find(({ name }) => name === "listAuthors")
      ?.inputs.environment;
    assert.ok("BOOKS_MONGODB_URI" in (environment as { variables: object }).variables);
    assert.equal((outputs.functions as Record<string, string>).listAuthors, "tandem-dev-listAuthors");
  });

  it("adds the operation of a second function of a subject to the first one's file", () => {
    addFunction();
    addFunction({ name: "readAuthor", route: "GET /authors/{id}", links: [] });
    assert.match(
      read("functions/authors/operations.ts"),
      /export const listAuthors.*export const readAuthor = \{\n {2}summary: "Read author",\n {2}path: z\.strictObject\(\{ id: z\.string\(\) \}\),/s,
    );
  });

  it("adds a table that is watched and among the outputs", async () => {
    add((program) => planTable(program, { name: "authors", key: "country:S", sortKey: "born:N" }));
    const { resources, outputs } = await record();
    const table = resources.find(
      ({ type, name }) => type === "aws:dynamodb/table:Table" && name === "authors",
    );
    assert.deepEqual([table?.inputs.hashKey, table?.inputs.rangeKey], ["country", "born"]);
    assert.equal((outputs.tables as Record<string, string>).authors, "tandem-dev-authors");
  });

  it("adds a queue with the function that takes its messages", async () => {
    add((program) =>
      planQueue(program, { name: "orders", consumer: "handleOrder", links: ["movies.write"] }),
    );
    const { resources, outputs } = await record();
    assert.ok(resources.some(({ type, name }) => type === "aws:sqs/queue:Queue" && name === "orders"));
    assert.ok(
      resources.some(
        ({ type, name }) => type === "aws:lambda/eventSourceMapping:EventSourceMapping" && name === "orders",
      ),
    );
    assert.ok("orders" in (outputs.queues as object));
    assert.ok(existsSync(path.join(project.path, "functions/orders/handleOrder.ts")));
  });

  it("adds a schedule with the function it calls", async () => {
    add((program) =>
      planSchedule(program, { name: "weekly", called: "cleanUp", expression: "rate(7 days)", links: [] }),
    );
    const { resources } = await record();
    const schedule = resources.find(
      ({ type, name }) => type === "aws:scheduler/schedule:Schedule" && name === "weekly",
    );
    assert.equal(schedule?.inputs.scheduleExpression, "rate(7 days)");
  });

  for (const [what, request, message] of [
    ["a name that is taken", { ...listAuthors, name: "readBooks" }, /^The name readBooks is taken/],
    [
      "a name that is none",
      { ...listAuthors, name: "List-Authors" },
      /^"List-Authors" is no name for a function/,
    ],
    ["a route that is taken", { ...listAuthors, route: "GET /books" }, /^The route GET \/books is taken/],
    [
      "a route that differs in a parameter's name alone",
      { ...listAuthors, route: "GET /books/{isbn}" },
      /^The route GET \/books\/\{id\} is taken/,
    ],
    ["a route that is none", { ...listAuthors, route: "/authors" }, /^"\/authors" is no route/],
    [
      "an unknown link",
      { ...listAuthors, links: ["books.write"] },
      /^There is no link books\.write\. There are: books\.read, /,
    ],
  ] as const) {
    it(`refuses ${what} and writes nothing`, () => {
      const before = read("index.ts");
      assert.throws(() => addFunction({ ...request, links: [...request.links] }), {
        name: "UserError",
        message,
      });
      assert.equal(read("index.ts"), before);
      assert.equal(existsSync(path.join(project.path, "functions/authors")), false);
    });
  }

  it("refuses a file that exists and writes nothing", () => {
    const before = read("index.ts");
    addFunction();
    project.write("index.ts", before);
    assert.throws(() => addFunction(), {
      name: "UserError",
      message: /^functions\/authors\/listAuthors\.ts exists already/,
    });
    assert.equal(read("index.ts"), before);
  });

  it("refuses a key and a schedule that are none", () => {
    const program = new ProgramFile(project.path);
    assert.throws(() => planTable(program, { name: "authors", key: "id" }), { message: /^"id" is no key/ });
    const request = { name: "weekly", called: "cleanUp", expression: "every week", links: [] };
    assert.throws(() => planSchedule(program, request), { message: /^"every week" is no schedule/ });
  });

  it("leaves an index.ts alone that is built differently, and says what it looked for", () => {
    project.edit("index.ts", (text) =>
      text
        .replace("const everyFunction = [", "const everyFunction = Array.of([")
        .replace(
          "[importMovies, changeMovies, reportMovies],\n];",
          "[importMovies, changeMovies, reportMovies],\n]);",
        ),
    );
    const before = read("index.ts");
    assert.throws(
      () => addFunction(),
      (error: Error) => error instanceof NotUnderstood && /everyFunction/.test(error.message),
    );
    assert.equal(read("index.ts"), before);
  });
});
