import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { parse, stringify } from "yaml";
import { scriptsOfService } from "../../cli/all-commands.ts";
import { cacheFolder } from "../../local/mongodb/binary.ts";
import { ferretdbFile } from "../../local/mongodb/build-ferretdb.ts";
import { isEngineHere } from "../../operations/engine/engine.ts";
import { recordProgram } from "../../program/record-program.ts";
import { projectFiles } from "../../scaffold/project-files.ts";
import { mentions, renameProject, toolFolder } from "../../scaffold/rename.ts";
import { newService } from "../../scaffold/service.ts";
import { withoutState, withSettings } from "../../scaffold/stack-file.ts";
import { prefillPackages } from "../support/installed.ts";

const root = path.resolve(import.meta.dirname, "../../../..");
/** Of this project, whatever it is called by now. */
const own = (JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { name: string }).name;
const NAME = "shelf";
/** Subjects that `--empty` leaves out. */
const examples = readdirSync(path.join(root, "functions")).filter(
  (subject) =>
    !["hello", "openapi"].includes(subject) &&
    existsSync(path.join(root, "functions", subject, "operations.ts")),
);

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

/**
 * As `pulumi new` leaves it: all files, and the name in Pulumi.yaml. What is built lies in dist/, and another test may be
 * building it.
 */
function copyOfEverything(folder: string): void {
  for (const file of projectFiles(root).filter((name) => !name.includes("/dist/"))) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(folder, file));
  }
  const manifest = path.join(folder, "Pulumi.yaml");
  writeFileSync(manifest, readFileSync(manifest, "utf8").replace(/^name: .*$/m, `name: ${NAME}`));
}

const commands = scriptsOfService();

describe("npm run new -- service", () => {
  let parent: string;
  let folder: string;
  /** A whole one, with its files as they were written, and what was said. */
  const whole = { parent: "", folder: "", printed: "", files: new Map<string, string>() };
  /** One without the examples, of the same name. */
  const empty = { parent: "", folder: "", files: new Map<string, string>() };

  before(async function () {
    this.timeout(900_000);
    for (const service of [whole, empty]) {
      service.parent = realpathSync(mkdtempSync(path.join(tmpdir(), "new-service-")));
      service.folder = path.join(service.parent, NAME);
    }
    whole.printed = await newService(root, whole.folder, { commands });
    await newService(root, empty.folder, {
      commands,
      tarball: tarball(),
      empty: true,
      region: "us-west-2",
      settings: ["atlasOrganization=507f1f77bcf86cd799439011", "logRetentionDays=30"],
    });
    for (const service of [whole, empty]) service.files = filesOf(service.folder);
  });

  after(function () {
    // Everything that was installed.
    this.timeout(900_000);
    for (const service of [whole, empty]) rmSync(service.parent, { recursive: true });
  });

  beforeEach(() => {
    parent = realpathSync(mkdtempSync(path.join(tmpdir(), "new-service-")));
    folder = path.join(parent, NAME);
  });

  afterEach(() => rmSync(parent, { recursive: true }));

  /** The tool, which is packed once. */
  const tarball = () => {
    const [name = ""] = readdirSync(path.join(whole.folder, "vendor"));
    return path.join(whole.folder, "vendor", name);
  };
  const filesOf = (of: string) =>
    new Map(projectFiles(of).map((file) => [file, readFileSync(path.join(of, file), "utf8")]));
  const read = (file: string): string => readFileSync(path.join(folder, file), "utf8");
  const npm = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync("npm", args, { cwd: folder, encoding: "utf8" });
    assert.equal(status, 0, `npm ${args.join(" ")}:\n${stdout}\n${stderr}`);
    return stdout;
  };
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], { cwd: folder });
  /** Files that speak of the examples; what the tool says in its tarball is its own. */
  const traces = () => {
    const words = examples.map((subject) => subject.replace(/s$/, "").toLowerCase());
    return projectFiles(folder).filter((file) => {
      const text = `${file}\n${read(file)}`.toLowerCase();
      return !file.startsWith("vendor/") && words.some((word) => text.includes(word));
    });
  };

  it("makes a project of few files that installs, passes its tests, starts, and compares revisions; without its subjects it is one that was made without them, and starts", async () => {
    folder = whole.folder;
    const files = [...whole.files.keys()];
    assert.ok(files.length <= 150, `${files.length} files`);
    assert.match(whole.printed, new RegExp(`^${files.length} files written to .*/shelf\\. In it:`));
    assert.deepEqual(
      files.filter((file) => file.startsWith("packages/") && !file.startsWith("packages/components/")),
      [],
    );
    assert.deepEqual(
      files.filter((file) => file.startsWith("vendor/")).map((file) => path.extname(file)),
      [".tgz"],
    );
    assert.match(read("README.md"), /^# shelf\n/);
    assert.ok(read("README.md").trimEnd().split("\n").length <= 12);
    const { allowScripts } = JSON.parse(read("package.json"));
    // As in the checkout, whose own install runs that of Node, which is an install again.
    assert.deepEqual(
      allowScripts,
      JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).allowScripts,
    );
    prefillPackages(folder, [], ["esbuild"]);
    npm("install", "--prefer-offline", "--no-audit", "--no-fund");
    git("init", "--quiet", "--initial-branch", "main");
    git("add", "--all");
    git("commit", "--quiet", "--message", "as it was made");
    const { scripts } = JSON.parse(read("package.json")) as { scripts: object };
    const listed = [...npm("run", "--silent", "help").matchAll(/^ *(?:npm run|npm|npx tandem) (\S+) {2,}/gm)];
    assert.deepEqual(
      listed.map(([, name = ""]) => name).sort(),
      Object.keys(scripts)
        .filter((name) => name !== "dev")
        .sort(),
    );
    npm("test");
    assert.match(npm("run", "--silent", "diff"), /dev: nothing changes.*prod: nothing changes/s);
    await assertHello();

    assert.ok(traces().length >= 10 * examples.length);
    for (const subject of examples) npm("run", "--silent", "remove", "--", "subject", subject);
    assert.deepEqual(traces(), []);
    // Of one like that, to which things came and from which they went, docs/add-things.md runs the tests.
    const ofBoth = (files: Map<string, string>) =>
      Object.fromEntries(
        [...files].filter(([file]) => !/^(Pulumi\.\w+\.yaml|package-lock\.json)$/.test(file)),
      );
    assert.deepEqual(ofBoth(filesOf(folder)), ofBoth(empty.files));
    await assertHello();
  }).timeout(900_000);

  async function assertHello(): Promise<void> {
    const bin = path.join(folder, "node_modules/pulumi-tandem/tandem.js");
    const started = spawn(process.execPath, [bin, "start", "--port", "0"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(started, "close");
    try {
      let text = "";
      for await (const chunk of started.stdout.iterator({ destroyOnReturn: false })) {
        text += chunk;
        const [, url] = /Ready on (http:\S+?)\. /.exec(stripVTControlCharacters(text)) ?? [];
        if (url === undefined) continue;
        const response = await fetch(`${url}/hello`);
        assert.deepEqual([response.status, await response.json()], [200, "Hello from Lambda!"]);
        return;
      }
      assert.fail(text);
    } finally {
      started.kill("SIGINT");
      started.stdout.resume();
      await ended;
    }
  }

  it("makes one without examples: hello and openapi, no store, with the settings that dev is given and the region of all", async () => {
    folder = empty.folder;
    assert.deepEqual(traces(), []);
    assert.deepEqual(readdirSync(path.join(folder, "functions")).sort(), [
      ...["environment.ts", "hello", "http", "openapi", "stores", "telemetry"],
    ]);
    symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
    const { resources, config: recorded } = await recordProgram({
      cwd: folder,
      stack: "prod",
      bundle: false,
    });
    assert.equal(recorded["aws:region"], "us-west-2");
    const stores = resources.filter(({ type }) => /dynamodb|sqs|s3\/bucket|mongodbatlas/.test(type));
    assert.deepEqual(stores, []);
    const { paths } = JSON.parse(read("openapi.json"));
    assert.deepEqual(Object.keys(paths).sort(), ["/hello", "/openapi.json"]);
    const config = (file: string) => shortKeys((parse(read(file)) as Manifest).config);
    const { atlasOrganization, logRetentionDays, ...dev } = config("Pulumi.dev.yaml");
    assert.deepEqual([atlasOrganization, logRetentionDays], ["507f1f77bcf86cd799439011", 30]);
    for (const stack of [dev, config("Pulumi.prod.yaml")]) assert.equal(stack["aws:region"], "us-west-2");
  }).timeout(900_000);

  it("gives no stack the secrets provider of another, and keeps comments beside settings", () => {
    const deployed =
      "secretsprovider: awskms://alias/a\nencryptedkey: AbC=\nencryptionsalt: v1:a\nconfig: {}\n";
    assert.equal(withoutState(deployed), "config: {}\n");
    assert.equal(
      withSettings("config:\n  # Mine.\n  shop:logLevel: INFO\n", "shop", [["logLevel", "DEBUG"]]),
      "config:\n  # Mine.\n  shop:logLevel: DEBUG\n",
    );
  });

  describe("as a template", () => {
    const filledIn = (text: string) =>
      text.replaceAll(/\$\{(PROJECT|DESCRIPTION)\}/g, (_, what) => (what === "PROJECT" ? NAME : "Shelves"));
    const template = () => path.join(parent, "template");

    it("is the service without its name, of few files and none of the tool's", async () => {
      const printed = await newService(root, template(), { commands, tarball: tarball(), template: true });
      const files = projectFiles(template());
      assert.match(printed, new RegExp(`^${files.length} files written .*pulumi new ${template()}`, "s"));
      assert.ok(files.length <= 150, `${files.length} files`);
      assert.deepEqual(
        files.filter((file) => file.startsWith(toolFolder)),
        [],
      );
      // They are for who makes a service of it, or hold the name in their own; `npm run openapi` writes the collection.
      const others =
        /^(Pulumi\.yaml|vendor\/|package\.json$|docs\/.*\.svg$|docs\/.*\.postman_collection\.json$)/;
      const left = (list: string[]) => list.filter((file) => !others.test(file));
      assert.deepEqual(left(files), left([...whole.files.keys()]));
      for (const file of left(files)) {
        const [made, wanted] = [
          filledIn(readFileSync(path.join(template(), file), "utf8")),
          whole.files.get(file),
        ];
        if (file.endsWith(".yaml")) assert.deepEqual(parse(made), parse(wanted ?? ""), file);
        else assert.equal(made, wanted, file);
      }
      const manifest = JSON.parse(readFileSync(path.join(template(), "package.json"), "utf8"));
      assert.deepEqual(manifest.scripts, JSON.parse(whole.files.get("package.json") ?? "").scripts);
    }).timeout(900_000);

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

    it("is filled in by the Pulumi CLI", async function () {
      if (!isEngineHere()) this.skip();
      await newService(root, template(), { commands, tarball: tarball(), template: true, empty: true });
      mkdirSync(folder);
      const given = ["--name", NAME, "--description", "Shelves"];
      execFileSync("pulumi", ["new", template(), "--generate-only", "--yes", ...given], {
        cwd: folder,
        env: {
          ...process.env,
          PULUMI_HOME: path.join(parent, "home"),
          PULUMI_BACKEND_URL: `file://${parent}`,
          PULUMI_CONFIG_PASSPHRASE: "",
          PULUMI_SKIP_UPDATE_CHECK: "true",
        },
        stdio: "pipe",
      });
      assert.deepEqual(projectFiles(folder), projectFiles(template()));
      // The CLI writes YAML in its own way.
      for (const file of projectFiles(folder).filter((one) => !/^Pulumi\.|^vendor\//.test(one))) {
        assert.equal(read(file), filledIn(readFileSync(path.join(template(), file), "utf8")), file);
      }
      const { name: made, description } = parse(read("Pulumi.yaml"));
      assert.deepEqual([made, description], [NAME, "Shelves"]);
    }).timeout(900_000);
  });

  it("refuses a folder that is not empty, a name, a setting and a region that are none", async () => {
    const refused = (to: string, request: Partial<Parameters<typeof newService>[2]>, message: RegExp) =>
      assert.rejects(newService(root, to, { commands, ...request }), { message });
    await refused(path.join(parent, "Nest Shop"), {}, /^"Nest Shop" is no name/);
    await refused(
      folder,
      { name: "seventeen-letters" },
      /at most 16 small letters, .* Give another with --name\.$/,
    );
    await refused(folder, { name: "schedule" }, /^"schedule" stands as a word in index\.ts already: /);
    await refused(
      folder,
      { settings: ["logLevl=INFO"] },
      /^--config "logLevl=INFO" is no setting: .*logLevel/,
    );
    await refused(folder, { template: true, name: "shelf" }, /^A template has no name of its own: /);
    await refused(folder, { region: "Frankfurt" }, /^--region "Frankfurt" is no AWS region/);
    mkdirSync(folder);
    writeFileSync(path.join(folder, "mine.txt"), "");
    await refused(folder, {}, /shelf is not empty/);
    assert.deepEqual(projectFiles(folder), ["mine.txt"]);
  });
});

describe("a copy of the whole project, as `pulumi new` makes it", function () {
  this.timeout(900_000);
  let folder: string;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "new-copy-")));
    copyOfEverything(folder);
    symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const there = (file: string) => import(path.join(folder, file));
  const recorderThere = (): Promise<typeof import("../../program/record-program.ts")> =>
    there("packages/tandem/program/record-program.ts");
  const read = (file: string): string => readFileSync(path.join(folder, file), "utf8");

  it("takes its name everywhere at the first command, and is a program of its own", async () => {
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
    const { recordProgram } = await recorderThere();
    const { project, resources } = await recordProgram({ cwd: folder, stack: "dev", bundle: false });
    assert.equal(project, NAME);
    const hello = resources.find(
      ({ type, name }) => type === "aws:lambda/function:Function" && name === "hello",
    );
    assert.equal(hello?.outputs.name, `${NAME}-dev-hello`);
    const biome = path.join(root, "node_modules/@biomejs/biome/bin/biome");
    execFileSync(process.execPath, [biome, "check", "index.ts", "infra", "packages/components", "bin"], {
      cwd: folder,
      stdio: "pipe",
    });
  });

  it("takes over what `pulumi new` has left: long keys, no template, tags of the stack", async () => {
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
          key.includes(":") ? key : `${NAME}:${key}`,
          value,
        ]),
      ),
    }));
    assert.throws(() => renameProject(folder, own, "Nest_Shop"), {
      message: /^"Nest_Shop" is no name for a service: .* Give another as `name` in Pulumi\.yaml\.$/,
    });
    renameProject(folder, own, NAME);
    const { recordProgram } = await recorderThere();
    const { config, diagnostics } = await recordProgram({ cwd: folder, stack: "dev", bundle: false });
    assert.equal(config[`${NAME}:logRetentionDays`], 30);
    assert.deepEqual(diagnostics, []);
  });
});
