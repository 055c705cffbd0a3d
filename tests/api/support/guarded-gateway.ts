/**
 * A stack as it is met once deployed: an address and a token, and nothing known of what is behind. It is the local run of
 * prod, whose routes ask for tokens.
 */
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { type ProjectCopy, StartedProcess } from "../../../packages/tandem/tests/local/start/support.ts";
import { copyOfProgram } from "../../support/program-copy.ts";
import type { ApiAnswer, ApiRequest, Backend } from "./backend.ts";
import { Deployed } from "./deployed.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const scopes = "books:read books:write movies:read movies:write";

export class GuardedGateway implements Backend {
  #project: ProjectCopy | undefined;
  #process: StartedProcess | undefined;
  #api: Deployed | undefined;

  async start(): Promise<void> {
    this.#project = copyOfProgram();
    this.#process = new StartedProcess(this.#project, ["--stack", "prod"]);
    const url = await this.#process.ready();
    this.#api = new Deployed(url, await mint(this.#project.path));
  }

  send(request: ApiRequest): Promise<ApiAnswer> {
    if (!this.#api) throw new Error("the stack has not been started");
    return this.#api.send(request);
  }

  async stop(): Promise<void> {
    await this.#process?.end();
    this.#project?.remove();
  }
}

async function mint(cwd: string): Promise<string> {
  const args = ["packages/tandem/cli/tandem.js", "token", "--cwd", cwd, "--stack", "prod", "--scope", scopes];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  return stdout.trim();
}
