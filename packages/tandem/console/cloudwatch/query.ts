/** The metrics and expressions of one widget or one alarm, computed together over the same spans. */
import { ExpressionError, parseExpression } from "./expression.ts";
import { compute, drawn, type MathContext, type Named, type Result } from "./math.ts";
import type { MetricStore } from "./metric-store.ts";
import { searched } from "./search.ts";
import { type MetricStat, type Values, valuesOf, type Windows } from "./statistics.ts";

export interface Query {
  id: string;
  label: string;
  of: { metric: MetricStat } | { expression: string };
}

export class Computed {
  readonly #store: MetricStore;
  readonly #windows: Windows;
  readonly #queries: ReadonlyMap<string, Query>;
  readonly #known = new Map<string, Result>();
  /** Those that are being computed: one that needs itself would never end. */
  readonly #open = new Set<string>();

  constructor(store: MetricStore, windows: Windows, queries: readonly Query[]) {
    this.#store = store;
    this.#windows = windows;
    this.#queries = new Map(queries.map((query) => [query.id, query]));
  }

  /** Lines of a graph. Throws `ExpressionError` and `UnknownStatistic`. */
  lines({ id, label }: Query): readonly Named[] {
    return drawn(this.#result(id), label, this.#windows.count);
  }

  #result(id: string): Result {
    const known = this.#known.get(id);
    if (known) return known;
    const query = this.#queries.get(id);
    if (!query) throw new ExpressionError(`there is no metric with the id ${JSON.stringify(id)}`);
    if (this.#open.has(id)) throw new ExpressionError(`${JSON.stringify(id)} needs itself`);
    this.#open.add(id);
    try {
      const result = this.#computed(query);
      this.#known.set(id, result);
      return result;
    } finally {
      this.#open.delete(id);
    }
  }

  #computed({ of }: Query): Result {
    return "metric" in of
      ? { kind: "series", values: this.#values(of.metric) }
      : compute(parseExpression(of.expression), this.#around());
  }

  #values(metric: MetricStat): Values {
    return valuesOf(this.#store, metric, this.#windows);
  }

  #around(): MathContext {
    const { start, periodMs, count } = this.#windows;
    return {
      count,
      periodMs,
      times: Array.from({ length: count }, (_, index) => start + index * periodMs),
      named: (id) => this.#result(id),
      metrics: (having) =>
        [...this.#queries.values()]
          .filter(({ id, label, of }) => "metric" in of && `${id} ${label}`.includes(having))
          .map(({ id, label, of }) => ({
            label: label || id,
            values: "metric" in of ? this.#values(of.metric) : [],
          })),
      search: (expression, stat) => {
        const isMeant = searched(expression);
        return [...this.#store.all()]
          .filter(({ metric }) => isMeant(metric))
          .map(({ metric }) => ({
            label: [...Object.values(metric.dimensions), metric.name].join(" "),
            values: this.#values({ ...metric, stat }),
          }));
      },
    };
  }
}
