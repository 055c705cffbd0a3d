import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import { cacheFolder } from "../../local/mongodb/binary.ts";
import { ferretdbFile } from "../../local/mongodb/build-ferretdb.ts";
import { projectFiles } from "../../scaffold/project-files.ts";
import { mentions, renameProject, toolFolder } from "../../scaffold/rename.ts";
import { copyCheckout } from "../support/checkout-copy.ts";
import { type Manifest, own, shortKeys } from "./service-config.ts";

const root = path.resolve(import.meta.dirname, "../../../..");
const NAME = "shelf";

/** As `pulumi new` leaves it: all files, and the name in Pulumi.yaml. */
function copyOfEverything(folder: string): void {
  copyCheckout(folder);
  const manifest = path.join(folder, "Pulumi.yaml");
  writeFileSync(manifest, readFileSync(manifest, "utf8").replace(/^name: .*$/m, `name: ${NAME}`));
}

describe("a copy of the whole project, as `pulumi new` makes it", function () {
  this.timeout(900_000);

  it("takes its name everywhere at the first command, with what `pulumi new` has left: long keys, no template, tags of the stack; and is a program of its own", async () => {
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "new-copy-")));
    try {
      copyOfEverything(folder);
      symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
      leaveAsPulumiNew(folder);
      assert.throws(() => renameProject(folder, own, "Nest_Shop"), {
        message: /^"Nest_Shop" is no name for a service: .* Give another as `name` in Pulumi\.yaml\.$/,
      });
      await assertNamed(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  async function assertNamed(folder: string): Promise<void> {
    const there = (file: string) => import(path.join(folder, file));
    const read = (file: string): string => readFileSync(path.join(folder, file), "utf8");
    // A name of another length: lines are broken elsewhere.
    writeFileSync(path.join(folder, "infra/named.ts"), `export const named = {${own}: 1};\n`);
    assert.ok(renameProject(folder, own, NAME) > 50);
    assert.equal(read("infra/named.ts"), `export const named = { ${NAME}: 1 };\n`);
    const left = projectFiles(folder).filter(
      (file) =>
        !file.startsWith(toolFolder) &&
        [...`${file}\n${read(file)}`.matchAll(mentions(own))].some(([, word]) => word !== undefined),
    );
    assert.deepEqual(left, []);
    const { dependencies, packages } = JSON.parse(read("package-lock.json")) as Record<string, object>;
    assert.equal(dependencies, undefined);
    assert.ok("node_modules/pulumi-tandem" in (packages ?? {}), "the tool keeps its name");
    assert.match(read("package.json"), /"start": "exec node packages\/tandem\/cli\/tandem\.js start"/);
    assert.match(read("policies/index.cjs"), /"pulumi-tandem\/policy-pack"/);
    const { cacheFolder: cacheThere } = await there("packages/tandem/local/mongodb/binary.ts");
    const { ferretdbFile: fileThere } = await there("packages/tandem/local/mongodb/build-ferretdb.ts");
    const environment = { HOME: "/home/somebody" };
    assert.equal(
      fileThere(cacheThere(environment)),
      ferretdbFile(cacheFolder(environment)),
      "what one project built, another need not build",
    );
    const { recordProgram: record }: typeof import("../../program/record-program.ts") = await there(
      "packages/tandem/program/record-program.ts",
    );
    const { project, resources, config, diagnostics } = await record({
      cwd: folder,
      stack: "dev",
      bundle: false,
    });
    assert.equal(project, NAME);
    assert.equal(config[`${NAME}:logRetentionDays`], 30);
    assert.deepEqual(diagnostics, []);
    const hello = resources.find(
      ({ type, name }) => type === "aws:lambda/function:Function" && name === "hello",
    );
    assert.equal(hello?.outputs.name, `${NAME}-dev-hello`);
    const biome = path.join(root, "node_modules/@biomejs/biome/bin/biome");
    execFileSync(process.execPath, [biome, "check", "index.ts", "infra", "packages/components", "bin"], {
      cwd: folder,
      stdio: "pipe",
    });
  }

  function leaveAsPulumiNew(folder: string): void {
    const rewrite = (file: string, change: (content: Manifest) => object): void =>
      writeFileSync(
        path.join(folder, file),
        stringify(change(parse(readFileSync(path.join(folder, file), "utf8")) as Manifest)),
      );
    rewrite("Pulumi.yaml", ({ template: _, ...manifest }) => {
      const tags = { "pulumi:tags": { value: { "pulumi:template": `https://github.com/example/${own}` } } };
      return {
        ...manifest,
        name: NAME,
        description: "Shelves: & more",
        config: { ...manifest.config, ...tags },
      };
    });
    rewrite("Pulumi.dev.yaml", ({ config }) => ({
      encryptionsalt: "v1:a:v1:b:c",
      config: Object.fromEntries(
        Object.entries({ ...shortKeys(config), logRetentionDays: "30" }).map(([key, value]) => [
          key.includes(":") ? key : `${NAME}:${key}`,
          value,
        ]),
      ),
    }));
  }
});
