/** A deployed stack, or whatever answers under `API_URL`; with `API_TOKEN` as the bearer of every request. */
import { type ApiAnswer, type ApiRequest, type Backend, sendOverHttp } from "./backend.ts";

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
