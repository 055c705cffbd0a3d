// #region books or movies
/**
 * The same cases on every backend: handlers in-process, and `npm start` as a stack is met once deployed, behind an address and a
 * token; or, when it is set, what answers under `API_URL` (`API_URL=https://… npm run test:api`). That routes of dev answer
 * without a token is asked in `tests/start.test.ts`.
 */
import { describeBooks } from "./books.ts";
import { describeMovies } from "./movies.ts";
import { describeProtocol } from "./protocol.ts";
import type { Backend } from "./support/backend.ts";
import { Client } from "./support/client.ts";
import { InProcess } from "./support/in-process.ts";
import { Deployed, GuardedGateway } from "./support/over-http.ts";

const { API_URL, API_TOKEN } = process.env;

const backends: Record<string, Backend> = API_URL
  ? { [API_URL]: new Deployed(API_URL, API_TOKEN) }
  : {
      "in-process": new InProcess(),
      "an address and a token": new GuardedGateway(),
    };

for (const [name, backend] of Object.entries(backends)) {
  describe(`API (${name})`, () => {
    const client = new Client(backend);
    before(() => backend.start());
    after(() => backend.stop());

    // #region books
    describeProtocol(() => client);
    describeBooks(() => client);
    // #endregion
    // #region movies
    describeMovies(() => client);
    // #endregion
  });
}
