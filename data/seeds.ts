/** What sample data there is, and what makes a record of it an item of its table. */
import { fieldErrors } from "../functions/http/field-errors.ts";
import { toInfo, toKey } from "../functions/movies/item.ts";
import { MovieRecord } from "../functions/movies/schema.ts";
import type { TableSeed } from "../local/seed/seed.ts";

const movies: TableSeed = {
  table: "movies",
  file: "data/movies.json",
  keys: ["year", "title"],
  toItem(record) {
    const movie = MovieRecord.safeParse(record);
    if (!movie.success) return { ok: false, reason: complaints(movie.error.issues) };
    return { ok: true, item: { ...toKey(movie.data), info: toInfo(movie.data.info), version: { N: "1" } } };
  },
};

const complaints = (issues: Parameters<typeof fieldErrors>[1]): string =>
  fieldErrors("body", issues)
    .map(({ field, message }) => `${field || "record"}: ${message}`)
    .join("; ");

export const seeds: TableSeed[] = [movies];
