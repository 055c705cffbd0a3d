/** A git repository in a folder of its own, with a program whose versions a test commits. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const modules = path.resolve(import.meta.dirname, "../../../../../node_modules");
/** What the programs import; each comparison links or copies whatever is installed. */
const INSTALLED = ["@pulumi", "croner"];

export class Repository {
  readonly folder: string;

  constructor() {
    this.folder = realpathSync(mkdtempSync(path.join(tmpdir(), "tandem-repository-")));
    this.git("init", "--quiet", "--initial-branch=main");
    this.write(".gitignore", "node_modules\n");
    mkdirSync(path.join(this.folder, "node_modules"));
    for (const name of INSTALLED)
      symlinkSync(path.join(modules, name), path.join(this.folder, "node_modules", name), "junction");
  }

  git(...args: string[]): string {
    const { GIT_DIR: _, GIT_WORK_TREE: __, GIT_INDEX_FILE: ___, ...env } = process.env;
    return execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.com", ...args], {
      cwd: this.folder,
      encoding: "utf8",
      env,
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  }

  write(file: string, text: string): void {
    const target = path.join(this.folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  /** A program that declares a queue of this name, of two stacks. @param at its folder */
  writeProgram(queue: string, more: Record<string, string> = {}, at = "."): void {
    const files = {
      "Pulumi.yaml": "name: shop\nruntime: nodejs\nmain: index.ts\n",
      "Pulumi.dev.yaml": "config:\n  aws:region: eu-central-1\n",
      "Pulumi.prod.yaml": "config:\n  aws:region: eu-central-1\n",
      "package.json": '{ "name": "shop", "private": true, "type": "module" }\n',
      "index.ts": `import * as aws from "@pulumi/aws";\n\nnew aws.sqs.Queue(${JSON.stringify(queue)}, {});\n`,
      ...more,
    };
    for (const [file, text] of Object.entries(files)) this.write(path.join(at, file), text);
  }

  commit(message = "a change"): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", message);
    return this.git("rev-parse", "HEAD");
  }

  /** Checkouts that git knows besides the repository's own. */
  otherWorktrees(): string[] {
    const all = this.git("worktree", "list", "--porcelain").matchAll(/^worktree (.*)$/gm);
    return [...all].flatMap(([, folder]) => (folder === undefined || folder === this.folder ? [] : [folder]));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
