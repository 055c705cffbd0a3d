import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { scriptsOfService } from "../../cli/all-commands.ts";
import { writeFormatted } from "../../cli/carry-out.ts";
import { planRemove } from "../../cli/commands/remove.ts";
import { isEngineHere } from "../../operations/engine/engine.ts";
import { recordProgram } from "../../program/record-program.ts";
import { projectFiles } from "../../scaffold/project-files.ts";
import { toolFolder } from "../../scaffold/rename.ts";
import { newService } from "../../scaffold/service.ts";
import { call } from "../local/start/support.ts";
import { shareCompiled } from "../support/compiled.ts";
import { prefillPackages } from "../support/installed.ts";
import { duringStart } from "../support/installed-start.ts";
import { followPage, makeOfPage } from "./add-things.ts";
import { missingImports } from "./imports.ts";
import { type Manifest, shortKeys } from "./service-config.ts";
import { assertTestsOfCheckout } from "./tests-of-service.ts";

const root = path.resolve(import.meta.dirname, "../../../..");
/** Of that of docs/add-things.md, too. */
const NAME = "orders-shop";
const REGION = "us-west-2";
const settings = ["atlasOrganization=507f1f77bcf86cd799439011", "logRetentionDays=30"];
/** Subjects that `--empty` leaves out. */
const examples = readdirSync(path.join(root, "functions")).filter(
  (subject) =>
    !["hello", "openapi"].includes(subject) &&
    existsSync(path.join(root, "functions", subject, "operations.ts")),
);

const commands = scriptsOfService();

describe("npm run new -- service", () => {
  let services: string;
  let parent: string;
  let folder: string;
  /** One with the examples, with its files as they were written, and what was said. */
  const whole = { folder: "", printed: "", files: new Map<string, string>() };
  /** That of docs/add-things.md, without the examples. */
  const empty = { folder: "", files: new Map<string, string>() };
  /** Variables of what runs in them. */
  let environment: NodeJS.ProcessEnv;

  before(async function () {
    this.timeout(900_000);
    services = realpathSync(mkdtempSync(path.join(tmpdir(), "new-service-")));
    whole.folder = path.join(services, "whole", NAME);
    empty.folder = path.join(services, "empty", NAME);
    whole.printed = await newService(root, whole.folder, { commands, region: REGION, settings });
    await makeOfPage(empty.folder);
    for (const service of [whole, empty]) service.files = filesOf(service.folder);
    prefillPackages(whole.folder, [], ["esbuild"]);
    const install = ["install", "--prefer-offline", "--no-audit", "--no-fund"];
    execFileSync("npm", install, { cwd: whole.folder, stdio: "pipe" });
    environment = await shareCompiled(whole.folder);
  });

  after(function () {
    // Everything that was installed.
    this.timeout(900_000);
    rmSync(services, { recursive: true });
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
    const { status, stdout, stderr } = spawnSync("npm", args, {
      cwd: folder,
      env: environment,
      encoding: "utf8",
    });
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

  it("makes a project of few files that installs, starts and answers, with the checkout's tests; without its subjects it is one that was made without them", async () => {
    folder = whole.folder;
    const files = [...whole.files.keys()];
    assert.ok(files.length <= 150, `${files.length} files`);
    assert.match(whole.printed, new RegExp(`^${files.length} files written to .*/${NAME}\\. In it:`));
    assert.deepEqual(
      files.filter((file) => file.startsWith("packages/") && !file.startsWith("packages/components/")),
      [],
    );
    assert.deepEqual(
      files.filter((file) => file.startsWith("vendor/")).map((file) => path.extname(file)),
      [".tgz"],
    );
    assert.ok(read("README.md").startsWith(`# ${NAME}\n`));
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
    // Types and lint of one that has other things are checked below.
    assert.deepEqual(missingImports(folder, files), []);
    assertTestsOfCheckout(whole.files, NAME);
    // That all rows are loaded is asked of the checkout.
    for (const file of globSync("data/*.json", { cwd: folder }))
      writeFileSync(path.join(folder, file), JSON.stringify(JSON.parse(read(file)).slice(0, 1)));
    await duringStart(folder, environment, /Ready on (http:\S+?)\. /, async ({ 1: url, input }) => {
      assert.match(input, new RegExp(`^${NAME}, stack dev, ${REGION}$`, "m"));
      const { status, body } = await call(`${url}/hello`);
      assert.deepEqual([status, body], [200, "Hello from Lambda!"]);
      for (const subject of examples) {
        const { status, body } = await call(`${url}/${subject}`);
        assert.equal(status, 200, `${subject}: ${JSON.stringify(body)}`);
        assert.equal((body as { items: object[] }).items.length, 1, subject);
      }
    });

    const config = (file: string) => shortKeys((parse(read(file)) as Manifest).config);
    const { atlasOrganization, logRetentionDays, ...dev } = config("Pulumi.dev.yaml");
    assert.deepEqual([atlasOrganization, logRetentionDays], ["507f1f77bcf86cd799439011", 30]);
    for (const stack of [dev, config("Pulumi.prod.yaml")]) assert.equal(stack["aws:region"], REGION);

    assert.ok(traces().length >= 10 * examples.length);
    for (const subject of examples) writeFormatted(folder, planRemove(folder, ["subject", subject]));
    assertLike(empty.files, /^(Pulumi\.\w+\.yaml|package-lock\.json|openapi\.json|docs\/.*)$/);
  }).timeout(900_000);

  /** @param but what is another in any case */
  function assertLike(wanted: Map<string, string>, but: RegExp): void {
    const compared = (files: Map<string, string>) =>
      Object.fromEntries([...files].filter(([file]) => !but.test(file)));
    assert.deepEqual(compared(filesOf(folder)), compared(wanted));
  }

  it("makes the one of docs/add-things.md: hello and openapi, no store; what the page adds passes its tests and can be taken away", async () => {
    folder = empty.folder;
    assert.deepEqual(traces(), []);
    assert.deepEqual(readdirSync(path.join(folder, "functions")).sort(), [
      ...["environment.ts", "hello", "http", "openapi", "stores", "telemetry"],
    ]);
    const { paths } = JSON.parse(read("openapi.json"));
    assert.deepEqual(Object.keys(paths).sort(), ["/hello", "/openapi.json"]);
    followPage(folder, whole.folder, environment);
    const picture = read("docs/architecture-dark.svg");
    assert.deepEqual([picture.includes("parcels"), picture.includes("customers")], [true, false]);
    // What came goes, to the byte. The page leaves one subject; pictures follow where the command is called.
    writeFormatted(folder, planRemove(folder, ["subject", "parcels"]));
    assertLike(empty.files, /^docs\/.*\.svg$/);
    const { resources } = await recordProgram({ cwd: folder, stack: "prod", bundle: false });
    const stores = resources.filter(({ type }) => /dynamodb|sqs|s3\/bucket|mongodbatlas/.test(type));
    assert.deepEqual(stores, []);
  }).timeout(900_000);

  describe("as a template", () => {
    const filledIn = (text: string) =>
      text.replaceAll(/\$\{(PROJECT|DESCRIPTION)\}/g, (_, what) => (what === "PROJECT" ? NAME : "Shelves"));
    let template: string;
    let printed: string;

    before(async function () {
      this.timeout(900_000);
      template = path.join(services, "template");
      printed = await newService(root, template, { commands, template: true, empty: true });
    });

    it("is the service without its name, of few files and none of the tool's", () => {
      const files = projectFiles(template);
      assert.match(printed, new RegExp(`^${files.length} files written .*pulumi new ${template}`, "s"));
      assert.deepEqual(
        files.filter((file) => file.startsWith(toolFolder)),
        [],
      );
      // They are for who makes a service of it, or hold the name in their own; `npm run openapi` writes the collection.
      const others =
        /^(Pulumi\.yaml|vendor\/|package\.json$|docs\/.*\.svg$|docs\/.*\.postman_collection\.json$)/;
      const left = (list: string[]) => list.filter((file) => !others.test(file));
      assert.deepEqual(left(files), left([...empty.files.keys()]));
      for (const file of left(files)) {
        const made = filledIn(readFileSync(path.join(template, file), "utf8"));
        const wanted = empty.files.get(file);
        if (file.endsWith(".yaml")) assert.deepEqual(parse(made), parse(wanted ?? ""), file);
        else assert.equal(made, wanted, file);
      }
      const manifest = JSON.parse(readFileSync(path.join(template, "package.json"), "utf8"));
      assert.deepEqual(manifest.scripts, JSON.parse(empty.files.get("package.json") ?? "").scripts);
    });

    it("asks, as `pulumi new`, for settings that there are, with values that they take", () => {
      const { template: made, config } = parse(
        readFileSync(path.join(root, "Pulumi.yaml"), "utf8"),
      ) as Manifest;
      // Whoever made this service with `pulumi new` has no template any more.
      for (const [key, { default: value }] of Object.entries(made?.config ?? {})) {
        const declared = config[key];
        assert.ok(key === "aws:region" || declared, `${key} is no setting`);
        assert.equal(typeof value, "string");
        if (declared?.default !== undefined) assert.equal(value, String(declared.default), key);
      }
    });

    it("is filled in by the Pulumi CLI", async function () {
      if (!isEngineHere()) this.skip();
      mkdirSync(folder);
      const given = ["--name", NAME, "--description", "Shelves"];
      execFileSync("pulumi", ["new", template, "--generate-only", "--yes", ...given], {
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
      assert.deepEqual(projectFiles(folder), projectFiles(template));
      // The CLI writes YAML in its own way.
      for (const file of projectFiles(folder).filter((one) => !/^Pulumi\.|^vendor\//.test(one))) {
        assert.equal(read(file), filledIn(readFileSync(path.join(template, file), "utf8")), file);
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
    await refused(folder, {}, new RegExp(`${NAME} is not empty`));
    assert.deepEqual(projectFiles(folder), ["mine.txt"]);
  });
});
