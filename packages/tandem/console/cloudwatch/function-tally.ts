/** Invocations of one function in the minute that runs. */
import type { InvocationEvent } from "../../local/observer.ts";
import type { Series } from "./metric-store.ts";
import { carryShare, Sums, Tally } from "./tally.ts";

export interface FunctionSeries {
  invocations: Series | undefined;
  errors: Series | undefined;
  throttles: Series | undefined;
  duration: Series | undefined;
  concurrent: Series | undefined;
  coldStarts: Series | undefined;
}

export class FunctionTally extends Tally {
  readonly #series: FunctionSeries;
  #attempts = 0;
  #throttles = 0;
  #errors = 0;
  #coldStarts = 0;
  readonly #duration = new Sums({ hasPercentiles: true });
  readonly #concurrent = new Sums();

  constructor(series: FunctionSeries) {
    super();
    this.#series = series;
  }

  add({ time, started, result, concurrent, reported }: InvocationEvent): void {
    this.turnTo(time);
    this.#attempts++;
    if (result.status === "throttled") {
      this.#throttles++;
      return;
    }
    if (result.status === "error") this.#errors++;
    this.#duration.add(reported?.duration ?? performance.now() - started);
    this.#concurrent.add(concurrent);
    if (reported?.isColdStart) this.#coldStarts++;
  }

  protected carryAt(minute: number): void {
    const { invocations, errors, throttles, duration, concurrent, coldStarts } = this.#series;
    const begun = this.#attempts - this.#throttles;
    carryShare(throttles, minute, this.#attempts, this.#throttles);
    carryShare(invocations, minute, begun, begun);
    carryShare(errors, minute, begun, this.#errors);
    this.#duration.carryInto(duration, minute);
    this.#concurrent.carryInto(concurrent, minute);
    carryShare(coldStarts, minute, this.#coldStarts, this.#coldStarts);
    this.#attempts = 0;
    this.#throttles = 0;
    this.#errors = 0;
    this.#coldStarts = 0;
  }
}
