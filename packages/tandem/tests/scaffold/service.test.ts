import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
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
import { parse } from "yaml";
import { scriptsOfService } from "../../cli/all-commands.ts";
import { isEngineHere } from "../../operations/engine/engine.ts";
import { recordProgram } from "../../program/record-program.ts";
import { projectFiles } from "../../scaffold/project-files.ts";
import { toolFolder } from "../../scaffold/rename.ts";
import { newService } from "../../scaffold/service.ts";
import { layChecked } from "../support/checked.ts";
import { prefillPackages } from "../support/installed.ts";
import { followPage } from "./add-things.ts";
import { type Manifest, shortKeys } from "./service-config.ts";

const root = path.resolve(import.meta.dirname, "../../../..");
const NAME = "shelf";
/** Subjects that `--empty` leaves out. */
const examples = readdirSync(path.join(root, "functions")).filter(
  (subject) =>
    !["hello", "openapi"].includes(subject) &&
    existsSync(path.join(root, "functions", subject, "operations.ts")),
);

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
      empty: true,
      region: "us-west-2",
      settings: ["atlasOrganization=507f1f77bcf86cd799439011", "logRetentionDays=30"],
    });
    for (const service of [whole, empty]) service.files = filesOf(service.folder);
    prefillPackages(whole.folder, [], ["esbuild"]);
    const install = ["install", "--prefer-offline", "--no-audit", "--no-fund"];
    execFileSync("npm", install, { cwd: whole.folder, stdio: "pipe" });
    layChecked(whole.folder, path.join(whole.folder, "node_modules"));
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

  const filesOf = (of: string) =>
    new Map(projectFiles(of).map((file) => [file, readFileSync(path.join(of, file), "utf8")]));
  const read = (file: string): string => readFileSync(path.join(folder, file), "utf8");
  const npm = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync("npm", args, { cwd: folder, encoding: "utf8" });
    assert.equal(status, 0, `npm ${args.join(" ")}:\n${stdout}\n${stderr}`);
    return stdout;
  };
  /** Files that speak of the examples; what the tool says in its tarball is its own. */
  const traces = () => {
    const words = examples.map((subject) => subject.replace(/s$/, "").toLowerCase());
    return projectFiles(folder).filter((file) => {
      const text = `${file}\n${read(file)}`.toLowerCase();
      return !file.startsWith("vendor/") && words.some((word) => text.includes(word));
    });
  };

  it("makes a project of few files that installs, passes its tests and starts; without its subjects it is one that was made without them", async () => {
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
    const { scripts } = JSON.parse(read("package.json")) as { scripts: object };
    const listed = [...npm("run", "--silent", "help").matchAll(/^ *(?:npm run|npm|npx tandem) (\S+) {2,}/gm)];
    assert.deepEqual(
      listed.map(([, name = ""]) => name).sort(),
      Object.keys(scripts)
        .filter((name) => name !== "dev")
        .sort(),
    );
    npm("test");
    await assertHello();

    assert.ok(traces().length >= 10 * examples.length);
    await removeExamples();
    assert.deepEqual(traces(), []);
    // Of one like that, to which things came and from which they went, docs/add-things.md runs the tests, which start it.
    const ofBoth = (files: Map<string, string>) =>
      Object.fromEntries(
        [...files].filter(([file]) => !/^(Pulumi\.\w+\.yaml|package-lock\.json)$/.test(file)),
      );
    assert.deepEqual(ofBoth(filesOf(folder)), ofBoth(empty.files));
  }).timeout(900_000);

  /** By the installed tool. The last as a person calls it: that one describes the program anew, without all of them. */
  async function removeExamples(): Promise<void> {
    const there = (file: string) => import(path.join(folder, "node_modules/pulumi-tandem/dist/cli", file));
    const { planRemove }: typeof import("../../cli/commands/remove.ts") = await there("commands/remove.js");
    const { writeFormatted }: typeof import("../../cli/carry-out.ts") = await there("carry-out.js");
    for (const subject of examples.slice(0, -1))
      writeFormatted(folder, planRemove(folder, ["subject", subject]));
    for (const subject of examples.slice(-1)) npm("run", "--silent", "remove", "--", "subject", subject);
  }

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

  it("makes the one of docs/add-things.md, whose tests pass, and whose parts can be taken away", () =>
    followPage(path.join(parent, "orders-shop"), whole.folder)).timeout(900_000);

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

  describe("as a template", () => {
    const filledIn = (text: string) =>
      text.replaceAll(/\$\{(PROJECT|DESCRIPTION)\}/g, (_, what) => (what === "PROJECT" ? NAME : "Shelves"));
    const template = () => path.join(parent, "template");

    it("is the service without its name, of few files and none of the tool's", async () => {
      const printed = await newService(root, template(), { commands, template: true });
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
      await newService(root, template(), { commands, template: true, empty: true });
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
