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
import { parse, stringify } from "yaml";
import { ferretdbFile } from "../../local/mongodb/build-ferretdb.ts";
import { cacheFolder } from "../../local/mongodb/cache-folder.ts";
import { projectFiles } from "../../scaffold/project-files.ts";
import { renameProject, toolFolder } from "../../scaffold/rename.ts";
import { newService } from "../../scaffold/service.ts";
import { withoutState, withSettings } from "../../scaffold/stack-file.ts";

const root = path.resolve(import.meta.dirname, "../../../..");
/** Of this project, whatever it is called by now. */
const own = (JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { name: string }).name;
const name = "shelf";

interface Manifest {
  config: Record<string, { default?: unknown }>;
  template?: { config: Record<string, { default?: unknown }> };
}

/** In a service that the Pulumi CLI has made or configured they are long. */
const shortKeys = (config: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key.startsWith(`${own}:`) ? key.slice(own.length + 1) : key,
      value,
    ]),
  );

describe("npm run new -- service", () => {
  let parent: string;
  let folder: string;

  beforeEach(() => {
    parent = mkdtempSync(path.join(tmpdir(), "new-service-"));
    folder = path.join(parent, name);
  });

  afterEach(() => rmSync(parent, { recursive: true }));

  const there = (file: string) => import(path.join(folder, file));
  const recorderThere = (): Promise<typeof import("../../program/record-program.ts")> =>
    there("packages/tandem/program/record-program.ts");
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
    const left = projectFiles(folder).filter(
      (file) =>
        !file.startsWith(toolFolder) &&
        new RegExp(`(?<!packages/|pulumi-)\\b${own}\\b(?!\\.js|": "tandem\\.js)`, "i").test(
          `${file}\n${read(file)}`,
        ),
    );
    assert.deepEqual(left, []);
    const { dependencies, packages } = JSON.parse(read("package-lock.json")) as Record<string, object>;
    assert.equal(dependencies, undefined);
    assert.ok("node_modules/pulumi-tandem" in (packages ?? {}), "the tool keeps its name");
    assert.match(read("package.json"), /"start": "exec node packages\/tandem\/cli\/tandem\.js start"/);
    assert.match(read("policies/index.cjs"), /"pulumi-tandem\/policy-pack"/);
    const { cacheFolder: cacheThere } = await there("packages/tandem/local/mongodb/cache-folder.ts");
    const { ferretdbFile: fileThere } = await there("packages/tandem/local/mongodb/build-ferretdb.ts");
    const environment = { HOME: "/home/somebody" };
    assert.equal(
      fileThere(cacheThere(environment)),
      ferretdbFile(cacheFolder(environment)),
      "what one project built, another need not build",
    );
    const { recordProgram } = await recorderThere();
    const { project, resources, config } = await recordProgram({ cwd: folder, stack: "dev", bundle: false });
    assert.equal(project, name);
    assert.equal(config["aws:region"], "us-west-2");
    const hello = resources.find(
      ({ type, name }) => type === "aws:lambda/function:Function" && name === "hello",
    );
    assert.equal(hello?.outputs.name, `${name}-dev-hello`);
    const biome = path.join(root, "node_modules/@biomejs/biome/bin/biome");
    execFileSync(process.execPath, [biome, "check", "index.ts", "packages/components", "bin"], {
      cwd: folder,
      stdio: "pipe",
    });
  });

  it("gives stage dev its settings, every stage its region, and no stack the secrets provider of another", () => {
    newService(root, folder, {
      region: "us-west-2",
      settings: ["atlasOrganization=507f1f77bcf86cd799439011", "logRetentionDays=30"],
    });
    const config = (file: string) => shortKeys((parse(read(file)) as Manifest).config);
    const { atlasOrganization, logRetentionDays, ...dev } = config("Pulumi.dev.yaml");
    assert.deepEqual([atlasOrganization, logRetentionDays], ["507f1f77bcf86cd799439011", 30]);
    for (const stack of [dev, config("Pulumi.prod.yaml"), config("bootstrap/Pulumi.account.yaml")])
      assert.equal(stack["aws:region"], "us-west-2");
    const deployed =
      "secretsprovider: awskms://alias/a\nencryptedkey: AbC=\nencryptionsalt: v1:a\nconfig: {}\n";
    assert.equal(withoutState(deployed), "config: {}\n");
    assert.equal(
      withSettings("config:\n  # Mine.\n  shop:logLevel: INFO\n", "shop", [["logLevel", "DEBUG"]]),
      "config:\n  # Mine.\n  shop:logLevel: DEBUG\n",
    );
  });

  it("takes over what `pulumi new` has left: long keys, no template, tags of the stack", async () => {
    newService(root, folder, {});
    symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
    const rewrite = (file: string, change: (content: Manifest) => object): void =>
      writeFileSync(path.join(folder, file), stringify(change(parse(read(file)) as Manifest)));
    rewrite("Pulumi.yaml", ({ template: _, ...manifest }) => {
      const tags = { "pulumi:tags": { value: { "pulumi:template": `https://github.com/example/${own}` } } };
      return { ...manifest, description: "Shelves: & more", config: { ...manifest.config, ...tags } };
    });
    rewrite("Pulumi.dev.yaml", ({ config }) => ({
      encryptionsalt: "v1:a:v1:b:c",
      config: Object.fromEntries(
        Object.entries({ ...shortKeys(config), logRetentionDays: "30" }).map(([key, value]) => [
          key.includes(":") ? key : `${name}:${key}`,
          value,
        ]),
      ),
    }));
    assert.throws(() => renameProject(folder, own, "Film_Shop"), {
      message: /^"Film_Shop" is no name for a service: .* Give another as `name` in Pulumi\.yaml\.$/,
    });
    renameProject(folder, own, name);
    const { recordProgram } = await recorderThere();
    const { config, diagnostics } = await recordProgram({ cwd: folder, stack: "dev", bundle: false });
    assert.equal(config[`${name}:logRetentionDays`], 30);
    assert.deepEqual(diagnostics, []);
  });

  it("asks, as `pulumi new`, for settings that there are, with values that they take", () => {
    const { template, config } = parse(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")) as Manifest;
    // Whoever made this service with `pulumi new` has no template any more.
    for (const [key, { default: value }] of Object.entries(template?.config ?? {})) {
      const declared = config[key];
      assert.ok(key === "aws:region" || declared, `${key} is no setting`);
      assert.equal(typeof value, "string");
      if (declared?.default !== undefined) assert.equal(value, String(declared.default), key);
    }
  });

  it("refuses a folder that is not empty, a name, a setting and a region that are none", () => {
    assert.throws(() => newService(root, path.join(parent, "Book Shop"), {}), {
      message: /^"Book Shop" is no name/,
    });
    assert.throws(() => newService(root, folder, { name: "seventeen-letters" }), {
      message: /at most 16 small letters, .* Give another with --name\.$/,
    });
    assert.throws(() => newService(root, folder, { name: "schedule" }), {
      message: /^"schedule" stands as a word in index\.ts already: /,
    });
    assert.throws(() => newService(root, folder, { settings: ["logLevl=INFO"] }), {
      message: /^--config "logLevl=INFO" is no setting: .*logLevel/,
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
