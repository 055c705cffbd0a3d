import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { projectFiles } from "../../scaffold/project-files.ts";
import { renameProject } from "../../scaffold/rename.ts";
import { newService } from "../../scaffold/service.ts";

const root = path.resolve(import.meta.dirname, "../..");
/** Of this project, whatever it is called by now. */
const own = (JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { name: string }).name;
const name = "shelf";

describe("npm run new -- service", () => {
  let parent: string;
  let folder: string;

  beforeEach(() => {
    parent = mkdtempSync(path.join(tmpdir(), "new-service-"));
    folder = path.join(parent, name);
  });

  afterEach(() => rmSync(parent, { recursive: true }));

  const read = (file: string): string => readFileSync(path.join(folder, file), "utf8");

  it("copies the project without history, data and installed packages", () => {
    assert.match(newService(root, folder, {}), /^\d+ files written to .*shelf\./);
    assert.deepEqual(projectFiles(folder), projectFiles(root));
    for (const gone of [".git", ".local", "node_modules"])
      assert.equal(existsSync(path.join(folder, gone)), false);
    assert.match(read("Pulumi.yaml"), /^name: shelf$/m);
  });

  it("takes its name everywhere at the first command, and is a program of its own", async () => {
    newService(root, folder, { region: "us-west-2" });
    symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
    assert.ok(renameProject(folder, own, name) > 50);
    const left = projectFiles(folder).filter((file) =>
      new RegExp(`\\b${own}\\b`, "i").test(`${file}\n${read(file)}`),
    );
    assert.deepEqual(left, []);
    const program = path.join(folder, "program/record-program.ts");
    const { recordProgram } = (await import(program)) as typeof import("../../program/record-program.ts");
    const { project, resources, config } = await recordProgram({ cwd: folder, stack: "dev", bundle: false });
    assert.equal(project, name);
    assert.equal(config["aws:region"], "us-west-2");
    const hello = resources.find(
      ({ type, name }) => type === "aws:lambda/function:Function" && name === "hello",
    );
    assert.equal(hello?.outputs.name, `${name}-dev-hello`);
    const biome = path.join(root, "node_modules/@biomejs/biome/bin/biome");
    execFileSync(process.execPath, [biome, "check", "index.ts", "infra", "bin"], {
      cwd: folder,
      stdio: "pipe",
    });
  });

  it("refuses a folder that is not empty, a name and a region that are none", () => {
    assert.throws(() => newService(root, path.join(parent, "Book Shop"), {}), {
      message: /^"Book Shop" is no name/,
    });
    assert.throws(() => newService(root, folder, { region: "Frankfurt" }), {
      message: /^--region "Frankfurt" is no AWS region/,
    });
    mkdirSync(folder);
    writeFileSync(path.join(folder, "mine.txt"), "");
    assert.throws(() => newService(root, folder, {}), { message: /shelf is not empty/ });
    assert.deepEqual(projectFiles(folder), ["mine.txt"]);
  });
});
