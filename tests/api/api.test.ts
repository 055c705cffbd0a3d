// #region books or movies
/**
 * The same cases on every backend: handlers in-process, the local gateway (`npm start` as a child process), a stack behind
 * an address and a token; or, when it is set, what answers under `API_URL` (`API_URL=https://… npm run test:api`).
 */
import { describeBooks } from "./books.ts";
import { describeMovies } from "./movies.ts";
import { describeProtocol } from "./protocol.ts";
import type { Backend } from "./support/backend.ts";
import { Client } from "./support/client.ts";
import { InProcess } from "./support/in-process.ts";
import { Deployed, GuardedGateway, LocalGateway } from "./support/over-http.ts";

const { API_URL, API_TOKEN } = process.env;

const backends: Record<string, Backend> = API_URL
  ? { [API_URL]: new Deployed(API_URL, API_TOKEN) }
  : {
      "in-process": new InProcess(),
      "local gateway": new LocalGateway(),
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
