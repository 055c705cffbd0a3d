/** A machine made for a test: a project, a home and a PATH with nothing but what is put there. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Environment } from "../../local/doctor/environment.ts";

const PROJECT = `name: notes
runtime: nodejs
main: index.mjs
config:
  owner:
    type: string
`;

export class Machine {
  readonly root = mkdtempSync(path.join(tmpdir(), "doctor-"));
  readonly cwd = this.#folder("project");
  readonly home = this.#folder("home");
  readonly bin = this.#folder("bin");

  constructor() {
    this.write("project/Pulumi.yaml", PROJECT);
    this.write("project/index.mjs", "export const greeting = 'hello';\n");
    this.stack("dev", "config:\n  owner: team@notes.dev\n");
  }

  stack(name: string, content: string): void {
    this.write(`project/Pulumi.${name}.yaml`, content);
  }

  /** A program on the PATH that answers whatever it is asked with one line. */
  program(name: string, output: string): void {
    const file = path.join(this.bin, name);
    writeFileSync(file, `#!/bin/sh\necho "${output}"\n`);
    chmodSync(file, 0o755);
  }

  write(file: string, content: string): void {
    const absolute = path.join(this.root, file);
    mkdirSync(path.dirname(absolute), { recursive: true });
    writeFileSync(absolute, content);
  }

  environment(variables: Record<string, string> = {}): Record<string, string> {
    return { PATH: this.bin, HOME: this.home, ...variables };
  }

  /** No network, unless told. */
  surroundings(variables: Record<string, string> = {}, online = false): Environment {
    return { cwd: this.cwd, environment: this.environment(variables), answers: async () => online };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #folder(name: string): string {
    const folder = path.join(this.root, name);
    mkdirSync(folder);
    return folder;
  }
}
