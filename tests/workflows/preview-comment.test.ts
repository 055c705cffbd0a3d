import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { MARKER } from "../../packages/tandem/review/report/markdown.ts";
import { jobNamed } from "./workflows.ts";

/** Answers like the GitHub CLI from two files, and writes down what it is asked to write. */
const GH = `#!/usr/bin/env bash
case "$*" in
  *--method\\ GET*pulls*) cat "$FAKE/pulls.json" ;;
  *--paginate*comments*) cat "$FAKE/comments.json" ;;
  *--input*) echo "$2 $3 $4" >> "$FAKE/written"; cp "\${@: -2:1}" "$FAKE/sent.json" ;;
  *) echo "unexpected: $*" >&2; exit 1 ;;
esac
`;

const post = jobNamed("preview-comment/comment").steps?.[1];
const hasTools = ["bash", "jq"].every((tool) => spawnSync(tool, ["--version"]).status === 0);

describe("step of preview-comment that posts", () => {
  let folder: string;

  before(function () {
    // As on GitHub's own machines; elsewhere they may be missing.
    if (!hasTools) this.skip();
  });

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-comment-"));
    mkdirSync(path.join(folder, "diff"));
    writeFileSync(path.join(folder, "gh"), GH);
    chmodSync(path.join(folder, "gh"), 0o755);
    writeFileSync(path.join(folder, "diff/comment.md"), `${MARKER}\n## What this change does\n`);
    answers([{ number: 7, head: { sha: "abc" } }], []);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function answers(pulls: object[], comments: object[]): void {
    writeFileSync(path.join(folder, "pulls.json"), JSON.stringify(pulls));
    writeFileSync(path.join(folder, "comments.json"), JSON.stringify(comments));
  }

  function run(found = "success"): { status: number | null; output: string; written: string; body: string } {
    const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-c", post?.run ?? ""], {
      encoding: "utf8",
      env: {
        PATH: `${folder}:${process.env.PATH}`,
        FAKE: folder,
        RUNNER_TEMP: folder,
        FOUND: found,
        RUN_URL: "https://github.com/example/tandem/actions/runs/1",
        REPOSITORY: "example/tandem",
        HEAD_OWNER: "somebody",
        HEAD_BRANCH: "change; $(touch owned)",
        HEAD_SHA: "abc",
        MARKER: post?.env?.MARKER,
        LONGEST: post?.env?.LONGEST,
      },
    });
    return {
      status,
      output: stdout + stderr,
      written: read("written"),
      body: read("sent.json") && JSON.parse(read("sent.json")).body,
    };
  }

  function read(name: string): string {
    try {
      return readFileSync(path.join(folder, name), "utf8").trim();
    } catch {
      return ""; // nothing was written
    }
  }

  it("writes a comment where there is none", () => {
    const { status, written, body, output } = run();
    assert.equal(status, 0, output);
    assert.equal(written, "--method POST repos/example/tandem/issues/7/comments");
    assert.equal(body, `${MARKER}\n## What this change does\n`);
  });

  it("changes the comment of an earlier run, and nobody else's", () => {
    answers(
      [{ number: 7, head: { sha: "abc" } }],
      [
        { id: 1, user: { login: "somebody" }, body: `${MARKER} mine` },
        { id: 2, user: { login: "github-actions[bot]" }, body: "another" },
        { id: 3, user: { login: "github-actions[bot]" }, body: `${MARKER}\nolder` },
      ],
    );
    assert.equal(run().written, "--method PATCH repos/example/tandem/issues/comments/3");
  });

  it("puts in place of an earlier comment that nobody knows, where the run had nothing to say", () => {
    rmSync(path.join(folder, "diff"), { recursive: true });
    answers(
      [{ number: 7, head: { sha: "abc" } }],
      [{ id: 3, user: { login: "github-actions[bot]" }, body: `${MARKER}\nolder` }],
    );
    const { status, written, body, output } = run("failure");
    assert.equal(status, 0, output);
    assert.equal(written, "--method PATCH repos/example/tandem/issues/comments/3");
    assert.equal(
      body,
      `${MARKER}\n## What this change does\n\nNobody knows: the diff of abc could not be made. ` +
        "[Its run](https://github.com/example/tandem/actions/runs/1) says why.\n",
    );
  });

  it("writes nothing when the branch has gone on since", () => {
    answers([{ number: 7, head: { sha: "def" } }], []);
    const { status, written } = run();
    assert.deepEqual([status, written], [0, ""]);
  });

  it("calls nobody and hides nothing that the artifact holds", () => {
    writeFileSync(path.join(folder, "diff/comment.md"), "ask @admins <!-- hidden -->\n");
    const { body } = run();
    assert.equal(body, `${MARKER}\nask @\u200badmins &lt;!-- hidden -->\n`);
  });

  it("cuts what GitHub would refuse", () => {
    writeFileSync(path.join(folder, "diff/comment.md"), "x".repeat(100_000));
    assert.equal(run().body.length, 65_000);
  });

  it("refuses an artifact that is no file of this size", () => {
    rmSync(path.join(folder, "diff/comment.md"));
    symlinkSync("/etc/hostname", path.join(folder, "diff/comment.md"));
    const linked = run();
    assert.deepEqual([linked.status, linked.written], [1, ""]);
    rmSync(path.join(folder, "diff/comment.md"));
    writeFileSync(path.join(folder, "diff/comment.md"), "x".repeat(300_000));
    assert.equal(run().status, 1);
  });
});
