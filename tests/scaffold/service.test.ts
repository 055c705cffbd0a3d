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
import { recordProgram } from "../../program/record-program.ts";
import { projectFiles } from "../../scaffold/project-files.ts";
import { renameProject } from "../../scaffold/rename.ts";
import { newService } from "../../scaffold/service.ts";

const root = path.resolve(import.meta.dirname, "../..");

describe("npm run new -- service", () => {
  let parent: string;
  let folder: string;

  beforeEach(() => {
    parent = mkdtempSync(path.join(tmpdir(), "new-service-"));
    folder = path.join(parent, "book-shop");
  });

  afterEach(() => rmSync(parent, { recursive: true }));

  const read = (file: string): string => readFileSync(path.join(folder, file), "utf8");

  it("copies the project without history, data and installed packages", () => {
    assert.match(newService(root, folder, {}), /^\d+ files written to .*book-shop\./);
    assert.deepEqual(projectFiles(folder), projectFiles(root));
    for (const gone of [".git", ".local", "node_modules"])
      assert.equal(existsSync(path.join(folder, gone)), false);
    assert.match(read("Pulumi.yaml"), /^name: book-shop$/m);
  });

  it("takes its name everywhere at the first command, and is a program of its own", async () => {
    newService(root, folder, { region: "us-west-2" });
    symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
    assert.ok(renameProject(folder, "tandem", "book-shop") > 50);
    const left = projectFiles(folder).filter((file) => /\btandem\b/i.test(`${file}\n${read(file)}`));
    assert.deepEqual(left, []);
    const { project, resources, config } = await recordProgram({ cwd: folder, stack: "dev", bundle: false });
    assert.equal(project, "book-shop");
    assert.equal(config["aws:region"], "us-west-2");
    const hello = resources.find(
      ({ type, name }) => type === "aws:lambda/function:Function" && name === "hello",
    );
    assert.equal(hello?.outputs.name, "book-shop-dev-hello");
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
    assert.throws(() => newService(root, folder, {}), { message: /book-shop is not empty/ });
    assert.deepEqual(projectFiles(folder), ["mine.txt"]);
  });
});
