// #region books or movies
/** What answers the cases of the API over HTTP. */
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { type ProjectCopy, StartedProcess } from "../../../packages/tandem/tests/local/start/support.ts";
import { copyOfProgram } from "../../../packages/tandem/tests/scaffold/program-copy.ts";
import { type ApiAnswer, type ApiRequest, type Backend, sendOverHttp } from "./backend.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const SCOPES = "books:read books:write movies:read movies:write";

/** A deployed stack, or whatever answers under `API_URL`; with `API_TOKEN` as the bearer of every request. */
export class Deployed implements Backend {
  readonly #url: string;
  readonly #token: string | undefined;

  constructor(url: string, token: string | undefined) {
    this.#url = url.replace(/\/$/, "");
    this.#token = token;
  }

  async start(): Promise<void> {}

  send(request: ApiRequest): Promise<ApiAnswer> {
    const headers = this.#token
      ? { authorization: `Bearer ${this.#token}`, ...request.headers }
      : request.headers;
    return sendOverHttp(this.#url, { ...request, ...(headers && { headers }) });
  }

  async stop(): Promise<void> {}
}

/** The whole local run: `npm start` as a child process, in a copy of the project with data of its own. */
export class LocalGateway implements Backend {
  #project: ProjectCopy | undefined;
  #process: StartedProcess | undefined;
  #api: Deployed | undefined;
  protected readonly args: string[] = [];

  async start(): Promise<void> {
    this.#project = copyOfProgram();
    this.#process = new StartedProcess(this.#project, this.args);
    const url = await this.#process.ready();
    this.#api = new Deployed(url, await this.token(this.#project.path));
  }

  /** Of the program in a folder, for all requests. */
  protected async token(_cwd: string): Promise<string | undefined> {
    return undefined;
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

/**
 * A stack as it is met once deployed: an address and a token, and nothing known of what is behind. It is the local run of
 * prod, whose routes ask for tokens.
 */
export class GuardedGateway extends LocalGateway {
  protected override readonly args = ["--stack", "prod"];

  protected override async token(cwd: string): Promise<string> {
    const args = [
      "packages/tandem/cli/tandem.js",
      "token",
      "--cwd",
      cwd,
      "--stack",
      "prod",
      "--scope",
      SCOPES,
    ];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
    return stdout.trim();
  }
}
