import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadMissing } from "../../../local/seed/load-missing.ts";
import { seedsOf } from "../../../local/seed/read-seeds.ts";
import { SeedService } from "../../../local/seed/service.ts";
import type { LocalContext } from "../../../local/service.ts";
import { UserError } from "../../../shared/user-error.js";
import { recordedProgram } from "../../support/recordings.ts";

const SEED =
  'into: "table", name: "things", file: "things.json", keys: ["id"], toItem: () => ({ ok: false })';

describe("data/seeds.ts of a program", () => {
  let folder: string;
  let logged: string[];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "seeds-"));
    mkdirSync(path.join(folder, "data"));
    logged = [];
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (text: string) => writeFileSync(path.join(folder, "data/seeds.ts"), text);

  function context(): LocalContext {
    const unexpected = () => assert.fail("nothing is to be loaded");
    return {
      recording: { ...recordedProgram([]), cwd: folder },
      dataFolder: (service) => path.join(folder, service),
      ports: { of: unexpected } as unknown as LocalContext["ports"],
      log: (line) => logged.push(line),
      signal: AbortSignal.abort(),
      addresses: { variables: () => ({}), apply: (value: string) => value } as LocalContext["addresses"],
    };
  }

  it("is read whatever the package says of its modules", async () => {
    writeFileSync(path.join(folder, "package.json"), '{ "type": "commonjs" }');
    write(`export const seeds = [{ ${SEED} }];`);
    assert.deepEqual(
      (await seedsOf(folder)).map(({ name }) => name),
      ["things"],
    );
  });

  it("is not run where it is of another kind", async () => {
    write("const seeds = [];\nthrow new Error('it was run');\nexport default seeds;");
    await new SeedService().start(context());
    assert.deepEqual(logged, [
      "data/seeds.ts exports no seeds, so it is not run and no sample data is loaded.",
    ]);
    assert.deepEqual(await seedsOf(folder), []);
  });

  for (const text of [
    `const all = { seeds: [{ ${SEED} }] };\nexport const { seeds } = all;`,
    `export const { all: seeds, b } = { all: [{ ${SEED} }], b: 1 };`,
    `export let [b, seeds = []] = [1, [{ ${SEED} }]];`,
    `export * from "./other.ts";`,
  ])
    it(`is read where it exports them by ${/export .*? (?==|from)/.exec(text)?.[0]}`, async () => {
      write(text);
      const between = path.join(folder, "data/other.ts");
      writeFileSync(between, 'export * from "./seeds.ts";\nexport * from "./more/all.ts";');
      mkdirSync(path.join(folder, "data/more"));
      writeFileSync(path.join(folder, "data/more/all.ts"), `export const seeds = [{ ${SEED} }];`);
      const names = (await seedsOf(folder)).map(({ name }) => name);
      assert.deepEqual(names, ["things"]);
    });

  it("is not run where it hands on what exports none, or exports them by another name", async () => {
    for (const text of [
      'export * from "./gone.ts";',
      'export * from "package";',
      "export { seeds as plants };",
    ]) {
      write(`const seeds = [];\nthrow new Error('it was run');\n${text}`);
      assert.deepEqual(await seedsOf(folder), [], text);
    }
  });

  it("is told to be wrong, seed by seed", async () => {
    write(
      `export const seeds = [{ ${SEED} }, { name: "users", rows: [] }, { into: "collection", name: "a" }];`,
    );
    const error = await seedsOf(folder).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof UserError, String(error));
    assert.deepEqual(error.message.split("\n").slice(1), [
      '  seeds[1].into is undefined; expected "table" or "collection"',
      "  seeds[2].file is no text; expected a path from the project's folder",
    ]);
  });

  it("ends no start where it does not load", async () => {
    write("throw new Error('no database');\nexport const seeds = [];");
    assert.equal(await loadMissing(context(), path.join(folder, "seed")), false);
    assert.deepEqual(
      logged.map((line) => line.replace(folder, "")),
      ["No sample data is loaded. /data/seeds.ts:1:7: no database"],
    );
  });
});
