/** The whole local run: `npm start` as a child process, in a copy of the project with data of its own. */
import { type ProjectCopy, StartedProcess } from "../../../packages/tandem/tests/local/start/support.ts";
import { copyOfProgram } from "../../support/program-copy.ts";
import { type ApiAnswer, type ApiRequest, type Backend, sendOverHttp } from "./backend.ts";

export class LocalGateway implements Backend {
  #project: ProjectCopy | undefined;
  #process: StartedProcess | undefined;
  #url = "";

  async start(): Promise<void> {
    this.#project = copyOfProgram();
    this.#process = new StartedProcess(this.#project);
    this.#url = await this.#process.ready();
  }

  send(request: ApiRequest): Promise<ApiAnswer> {
    return sendOverHttp(this.#url, request);
  }

  async stop(): Promise<void> {
    await this.#process?.end();
    this.#project?.remove();
  }
}
