// #region books or movies
/** What answers the cases of the API over HTTP. */
import { AskedConsole } from "../../../packages/tandem/tests/console/asked-console.ts";
import { type ProjectCopy, StartedProcess } from "../../../packages/tandem/tests/local/start/support.ts";
import { copyOfProgram } from "../../../packages/tandem/tests/scaffold/program-copy.ts";
import { type ApiAnswer, type ApiRequest, type Backend, sendOverHttp } from "./backend.ts";

const STACK = ["--stack", "prod"];
const SCOPES = ["books:read", "books:write", "movies:read", "movies:write"];

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

/**
 * A stack as it is met once deployed: an address and a token, and nothing known of what is behind. It is the whole local run of
 * prod, whose routes ask for tokens: `npm start` as a child process, in a copy of the project with data of its own.
 */
export class GuardedGateway implements Backend {
  #project: ProjectCopy | undefined;
  #process: StartedProcess | undefined;
  #api: Deployed | undefined;

  async start(): Promise<void> {
    this.#project = copyOfProgram();
    this.#process = new StartedProcess(this.#project, STACK);
    const url = await this.#process.ready();
    this.#api = new Deployed(url, await tokenOf(await AskedConsole.of(this.#process)));
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

/** As the page of the run makes it: nobody runs the program once more for it. */
async function tokenOf(page: AskedConsole): Promise<string> {
  const { issuers } = await page.ask<{ issuers: { name: string }[] }>("/api/routes");
  const response = await page.fetch("/api/token", {
    method: "POST",
    body: JSON.stringify({ authorizer: issuers[0]?.name, scopes: SCOPES }),
  });
  const answer = (await response.json()) as { token?: string };
  if (answer.token === undefined) throw new Error(JSON.stringify(answer));
  return answer.token;
}
