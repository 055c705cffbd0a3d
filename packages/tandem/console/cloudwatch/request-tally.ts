/** Requests of one route of one stage, or of one function URL, in the minute that runs. */
import type { RequestEvent } from "../../local/observer.ts";
import type { Series } from "./metric-store.ts";
import { carryShare, Sums, Tally } from "./tally.ts";

/** Of an API's stage, or a function URL. */
export interface ApiSeries {
  count: Series | undefined;
  clientErrors: Series | undefined;
  serverErrors: Series | undefined;
  latency: Series | undefined;
  integrationLatency: Series | undefined;
  dataProcessed: Series | undefined;
}

export interface Counted {
  calls: Series | undefined;
  failures: Series | undefined;
}

export class RequestTally extends Tally {
  readonly apiId: string;
  readonly stage: string | undefined;
  readonly #api: ApiSeries;
  /** Absent where no route took the requests. */
  readonly #route: Counted | undefined;
  #requests = 0;
  #clientErrors = 0;
  #serverErrors = 0;
  readonly #latency = new Sums({ hasPercentiles: true });
  readonly #integration = new Sums({ hasPercentiles: true });
  readonly #data = new Sums();

  constructor({ apiId, stage }: RequestEvent, api: ApiSeries, route: Counted | undefined) {
    super();
    this.apiId = apiId;
    this.stage = stage;
    this.#api = api;
    this.#route = route;
  }

  /** @param integration milliseconds of its function, where it came that far */
  add(happened: RequestEvent, integration: number | undefined): void {
    const { time, milliseconds, status, body, answerBody } = happened;
    this.turnTo(time);
    this.#requests++;
    if (status >= 500) this.#serverErrors++;
    else if (status >= 400) this.#clientErrors++;
    this.#latency.add(milliseconds);
    this.#data.add(body.length + answerBody.length);
    if (integration !== undefined) this.#integration.add(integration);
  }

  protected carryAt(minute: number): void {
    const all = this.#requests;
    const api = this.#api;
    carryShare(api.count, minute, all, all);
    carryShare(api.clientErrors, minute, all, this.#clientErrors);
    carryShare(api.serverErrors, minute, all, this.#serverErrors);
    this.#latency.carryInto(api.latency, minute);
    this.#integration.carryInto(api.integrationLatency, minute);
    this.#data.carryInto(api.dataProcessed, minute);
    carryShare(this.#route?.calls, minute, all, all);
    carryShare(this.#route?.failures, minute, this.#serverErrors, this.#serverErrors);
    this.#requests = 0;
    this.#clientErrors = 0;
    this.#serverErrors = 0;
  }
}
