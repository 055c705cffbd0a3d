/** What is reported of a year, put together movie by movie: as much memory as there are years. */
import type { Item } from "./item.ts";
import type { Movie } from "./schema.ts";

export interface YearSummary {
  year: number;
  movies: number;
  /** Sum of ratings in tenths: whole numbers, so that the order of the movies does not change the average. */
  tenths: number;
  longest: { title: string; runningTimeSecs: number };
}

export class YearSummaries {
  readonly #years = new Map<number, YearSummary>();

  add({ year, title, info }: Movie): void {
    const { rating, runningTimeSecs } = info;
    const so = this.#years.get(year) ?? { year, movies: 0, tenths: 0, longest: { title, runningTimeSecs } };
    const longer =
      runningTimeSecs > so.longest.runningTimeSecs ||
      (runningTimeSecs === so.longest.runningTimeSecs && title < so.longest.title);
    this.#years.set(year, {
      year,
      movies: so.movies + 1,
      tenths: so.tenths + Math.round(rating * 10),
      longest: longer ? { title, runningTimeSecs } : so.longest,
    });
  }

  all(): YearSummary[] {
    return [...this.#years.values()].sort((one, other) => one.year - other.year);
  }
}

/** @param generatedAt time of the schedule, ISO 8601. */
export function toReport({ year, movies, tenths, longest }: YearSummary, generatedAt: string): Item {
  return {
    year: { N: String(year) },
    movies: { N: String(movies) },
    averageRating: { N: (tenths / movies / 10).toFixed(2) },
    longest: { M: { title: { S: longest.title }, runningTimeSecs: { N: String(longest.runningTimeSecs) } } },
    generatedAt: { S: generatedAt },
  };
}
