/** A copy of what runs before anything is installed, with commands of a test's own. */
import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const CLI = "packages/tandem/cli";

export class LauncherCopy {
  readonly root = mkdtempSync(path.join(tmpdir(), "tandem-bin-"));

  constructor() {
    const { root } = this;
    // What runs before anything is installed is plain JavaScript.
    for (const file of globSync("packages/tandem/{cli,shared}/*.js")) cpSync(file, path.join(root, file));
    writeFileSync(
      path.join(root, "packages/tandem/package.json"),
      '{ "name": "pulumi-tandem", "type": "module" }',
    );
    cpSync("package-lock.json", path.join(root, "package-lock.json"));
    writeFileSync(path.join(root, "package.json"), '{ "name": "shop", "type": "module" }');
    writeFileSync(path.join(root, "Pulumi.yaml"), "name: shop\n");
    symlinkSync(path.resolve("node_modules"), path.join(root, "node_modules"));
    mkdirSync(path.join(root, CLI, "commands"));
  }

  command(name: string, source: string): void {
    writeFileSync(path.join(this.root, CLI, `commands/${name}.ts`), source);
  }

  run(...args: string[]) {
    return spawnSync(process.execPath, [path.join(this.root, CLI, "tandem.js"), ...args], {
      encoding: "utf8",
    });
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}
