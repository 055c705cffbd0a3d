import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { renderMarkdown } from "../../../review/report/markdown.ts";
import { renderText } from "../../../review/report/text.ts";
import { findBase } from "../../../review/revision/base.ts";
import { compareRevisions } from "../../../review/revision/compare-revisions.ts";
import { chooseStacks } from "../../../review/revision/stacks.ts";
import { withVariables } from "../../support/variables.ts";
import { Repository } from "../support/repository.ts";

describe("compareRevisions", () => {
  let repository: Repository;
  /** Where worktrees are made, and must not stay. */
  let temporary: string;
  const usual = tmpdir();
  const log: string[] = [];

  beforeEach(() => {
    repository = new Repository();
    log.length = 0;
    temporary = mkdtempSync(path.join(tmpdir(), "tandem-temporary-"));
    process.env.TMPDIR = temporary;
  });

  afterEach(() => {
    assert.deepEqual(repository.otherWorktrees(), [], "no worktree is left");
    assert.deepEqual(readdirSync(temporary), [], "no folder is left");
    process.env.TMPDIR = usual;
    rmSync(temporary, { recursive: true });
    repository.remove();
  });

  const compare = (base = "main", stack = "dev") =>
    compareRevisions({ cwd: repository.folder, base, stack, log: (line) => log.push(line) });

  it("refuses a project whose packages Yarn keeps in archives, where the base's program finds none", async () => {
    repository.writeProgram("orders");
    repository.commit();
    // As Yarn's resolver makes itself known.
    Object.assign(process.versions, { pnp: "3" });
    await assert
      .rejects(compare(), { name: "UserError", message: /Plug'n'Play.*Write nodeLinker: node-modules into/ })
      .finally(() => Reflect.deleteProperty(process.versions, "pnp"));
  });

  it("compares a program in a folder with code beside it, and a function that is written inline with a package", async () => {
    const program = `import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as croner from "croner";
const role = new aws.iam.Role("role", { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }) });
const settings = { runtime: "nodejs24.x", handler: "index.handler", role: role.arn };
new aws.lambda.Function("folder", { ...settings, code: new pulumi.asset.FileArchive("../orders") });
new aws.lambda.Function("file", { ...settings, code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.FileAsset("../orders/index.js") }) });
new aws.lambda.Function("unchanged", { ...settings, code: new pulumi.asset.FileArchive("../parcels") });
new aws.lambda.CallbackFunction("inline", { role, callback: async () => typeof croner.Cron });
`;
    repository.write("infra/Pulumi.yaml", "name: shop\nruntime: nodejs\n");
    repository.write("infra/package.json", '{ "dependencies": { "croner": "*" } }');
    repository.write("infra/index.ts", program);
    for (const folder of ["orders", "parcels"])
      repository.write(`${folder}/index.js`, "exports.handler = async () => 1;\n");
    repository.commit();
    const infra = {
      cwd: path.join(repository.folder, "infra"),
      base: "main",
      stack: "dev",
      log: assert.fail,
    };
    repository.write("orders/index.js", "exports.handler = async () => 2;\n");
    const { diffs, failures } = await compareRevisions(infra);
    assert.deepEqual(failures, []);
    assert.deepEqual(
      diffs.flatMap(({ code, resources }) => [
        ...code.map((change) => change.function),
        ...resources.map(({ name }) => name),
      ]),
      ["file", "folder"],
    );
  });

  it("compares a program of whose stacks none has a file, on either side", async () => {
    repository.writeProgram("orders");
    for (const stack of ["dev", "prod"]) unlinkSync(path.join(repository.folder, `Pulumi.${stack}.yaml`));
    assert.deepEqual(chooseStacks("all", repository.folder, repository.folder), ["dev"]);
    repository.commit();
    repository.write("index.ts", "export {};\n");
    repository.write("Pulumi.dev.yaml", "config:\n  aws:region: eu-central-1\n");
    const { diffs } = await compare("main", "all");
    assert.deepEqual(
      diffs.map(({ stack, summary: { created, deleted } }) => [stack, created, deleted]),
      [["dev", 0, 1]],
    );
  });

  it("refuses a folder that has no program on either side, instead of finding no difference", async () => {
    repository.write("README.md", "# Nothing\n");
    repository.commit();
    await assert.rejects(compare("main", "all"), {
      name: "UserError",
      message: `There is no Pulumi.yaml in ${repository.folder}. Name the folder of a Pulumi program.`,
    });
  });

  it("takes everything for new where the base has no program", async () => {
    repository.write("README.md", "# Nothing yet\n");
    repository.commit();
    repository.writeProgram("orders");
    const [diff] = (await compare()).diffs;
    assert.deepEqual(diff?.summary, {
      created: 1,
      deleted: 0,
      replaced: 0,
      renamed: 0,
      changed: 0,
      unchanged: 0,
    });
  });

  it("compares all stacks of the working tree, those that only one program has and uncommitted changes included, with the base; finds their files where Pulumi.yaml says; tells that what is encrypted there was set anew, without showing it, and which side of which does not run, what was thrown and where in the program's folder", async () => {
    const program = (queue: string, message: string) =>
      `import * as aws from "@pulumi/aws";\nimport * as pulumi from "@pulumi/pulumi";\n\nif (pulumi.getStack() === "failing") throw new Error("${message}");\nnew aws.sqs.Queue("${queue}", {});\n`;
    const config = "config:\n  aws:region: eu-central-1\n";
    const secret = (ciphertext: string) =>
      `${config}  shop:key:\n    secure: ${ciphertext}\n  shop:keys:\n    - secure: v1:same\n`;
    const before = {
      "Pulumi.yaml": "name: shop\nruntime: nodejs\nmain: index.ts\nstackConfigDir: stacks\n",
      "stacks/Pulumi.dev.yaml": secret("v1:old"),
      "stacks/Pulumi.failing.yaml": config,
      "stacks/Pulumi.prod.yaml": config,
      "index.ts": program("orders", "not any more"),
    };
    repository.writeProgram("orders", before, "shop");
    const commit = repository.commit();
    repository.write("shop/index.ts", program("parcels", "not yet"));
    repository.write("shop/stacks/Pulumi.dev.yaml", secret("v1:new"));
    repository.write("shop/stacks/Pulumi.new.yaml", config);
    unlinkSync(path.join(repository.folder, "shop/stacks/Pulumi.prod.yaml"));
    repository.write(".git/hooks/post-checkout", `#!/bin/sh\ntouch ${repository.folder}/hooked\n`);
    execFileSync("chmod", ["+x", path.join(repository.folder, ".git/hooks/post-checkout")]);
    const cwd = path.join(repository.folder, "shop");
    const report = await withVariables({ GIT_DIR: "/nowhere" }, () =>
      compareRevisions({ cwd, base: "main", stack: "all", log: assert.fail }),
    );
    assert.ok(!readdirSync(repository.folder).includes("hooked"), "no hook is run");
    assert.deepEqual(report.base, { revision: "main", commit });
    assert.deepEqual(
      report.diffs.map(({ stack, resources }) => [
        stack,
        resources.map(({ kind, name }) => `${kind} ${name}`),
      ]),
      [
        ["dev", ["deleted orders", "created parcels", "changed configuration"]],
        ["new", ["created parcels"]],
        ["prod", ["deleted orders"]],
      ],
    );
    const [hidden, ...others] = report.diffs.flatMap(({ resources }) =>
      resources.flatMap(({ type, properties }) => (properties.length > 0 ? [{ type, properties }] : [])),
    );
    assert.deepEqual(
      [hidden, others],
      [
        {
          type: "pulumi:pulumi:Stack",
          properties: [{ path: '["shop:key"]', before: "[secret]", after: "[secret]", secret: true }],
        },
        [],
      ],
    );
    assert.doesNotMatch(JSON.stringify(report), /v1:/);
    assert.deepEqual(report.notes, [
      "The working tree is not clean: 4 files are changed and not committed. They are part of what is compared.",
    ]);
    const position = "index.ts:4:44";
    assert.deepEqual(report.failures, [
      { stack: "failing", side: "base", reason: "not any more", position },
      { stack: "failing", side: "change", reason: "not yet", position },
    ]);
    assert.match(
      renderMarkdown(report),
      /^<!-- .* -->\n## What this change does\n- ⛔ failing: the program at main .*, thrown at index\.ts:4:44\n {2}- `not any more`\n- ⛔ failing: the program does not run, thrown at index\.ts:4:44\n {2}- `not yet`\n- \*\*dev\*\*: 1 dangerous, 1 created/,
    );
    assert.match(
      renderText(report),
      /^failing: the program at main .*, thrown at index\.ts:4:44\n {2}not any more\nfailing: the program does not run, thrown at index\.ts:4:44\n {2}not yet\ndev: 1 dangerous, 1 created/,
    );
  });

  it("tells every mistake in the project's files", async () => {
    repository.write("README.md", "# Nothing yet\n");
    repository.commit();
    repository.writeProgram("orders", { "Pulumi.dev.yaml": "config: 5\n" });
    const [failure] = (await compare()).failures;
    assert.deepEqual([failure?.stack, failure?.side], ["dev", "change"]);
    assert.match(failure?.reason ?? "", /Pulumi\.dev\.yaml/);
  });

  it("names the branches there are where the revision is unknown", async () => {
    repository.writeProgram("orders");
    repository.commit();
    repository.git("branch", "other");
    await assert.rejects(compare("mian"), {
      name: "UserError",
      message:
        'There is no revision "mian" here. Branches: main, other. Name one of them, a tag or a commit with --base.',
    });
    await assert.rejects(compare("--help"), { name: "UserError", message: /There is no revision "--help"/ });
  });

  it("names the stacks there are where the stack is unknown", async () => {
    repository.writeProgram("orders");
    repository.commit();
    await assert.rejects(compare("main", "qa"), {
      name: "UserError",
      message: 'There is no stack "qa" in either program; there are: dev, prod, all.',
    });
  });

  it("says how to fetch what a shallow clone lacks", async () => {
    repository.writeProgram("orders");
    const first = repository.commit();
    repository.writeProgram("parcels");
    repository.commit();
    process.env.TMPDIR = usual;
    const clone = new Repository();
    try {
      rmSync(clone.folder, { recursive: true });
      execFileSync("git", ["clone", "--quiet", "--depth=1", `file://${repository.folder}`, clone.folder], {
        stdio: "ignore",
      });
      await assert.rejects(
        compareRevisions({ cwd: clone.folder, base: first, stack: "dev", log: () => {} }),
        {
          name: "UserError",
          message:
            /is not in this clone, which is shallow\. Fetch the rest with `git fetch --unshallow origin`/,
        },
      );
    } finally {
      clone.remove();
    }
  });

  it("says so where there is no repository at all", async () => {
    rmSync(path.join(repository.folder, ".git"), { recursive: true });
    await assert.rejects(compare(), { name: "UserError", message: /is in no git repository/ });
    repository.git("init", "--quiet");
  });

  it("takes the branch of the origin where a clone has no other, and tells when it went on", async () => {
    repository.write("README.md", "# Everything\n");
    repository.commit();
    repository.git("switch", "--quiet", "--create", "change");
    repository.write("index.ts", "");
    repository.commit();
    repository.git("switch", "--quiet", "main");
    repository.write("README.md", "# News\n");
    const commit = repository.commit();
    repository.git("switch", "--quiet", "change");
    repository.git("update-ref", "refs/remotes/origin/main", "main");
    repository.git("branch", "--quiet", "--delete", "--force", "main");
    assert.deepEqual(await findBase(repository.folder, "main"), {
      revision: "main",
      commit,
      notes: [
        "main has 1 commit that this branch lacks; what they brought shows here the wrong way round. " +
          "Merge it, or compare with where the branch began: --base $(git merge-base main HEAD)",
      ],
    });
  });
});
