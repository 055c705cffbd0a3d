/** What sample data there is, and what makes a record of it an item of its store. */
import { createHash } from "node:crypto";
import { ObjectId } from "mongodb";
import type { CollectionSeed, Seed, TableSeed } from "pulumi-tandem";
import { NewBook } from "../functions/books/schema.ts";
import { fieldErrors } from "../functions/http/field-errors.ts";
import { toInfo, toKey } from "../functions/movies/item.ts";
import { MovieRecord } from "../functions/movies/schema.ts";

const movies: TableSeed = {
  into: "table",
  name: "movies",
  file: "data/movies.json",
  keys: ["year", "title"],
  toItem(record) {
    const movie = MovieRecord.safeParse(record);
    if (!movie.success) return { ok: false, reason: complaints(movie.error.issues) };
    return { ok: true, item: { ...toKey(movie.data), info: toInfo(movie.data.info), version: { N: "1" } } };
  },
};

const books: CollectionSeed = {
  into: "collection",
  name: "books",
  file: "data/books.json",
  toItem(record) {
    const book = NewBook.safeParse(record);
    if (!book.success) return { ok: false, reason: complaints(book.error.issues) };
    const now = new Date();
    return {
      ok: true,
      item: { _id: idOf(book.data.title), ...book.data, version: 1, createdAt: now, updatedAt: now },
    };
  },
};

/** The same title, the same id: loading twice makes one book. */
function idOf(title: string): ObjectId {
  return new ObjectId(createHash("sha256").update(title).digest("hex").slice(0, 24));
}

const complaints = (issues: Parameters<typeof fieldErrors>[1]): string =>
  fieldErrors("body", issues)
    .map(({ field, message }) => `${field || "record"}: ${message}`)
    .join("; ");

export const seeds: Seed[] = [movies, books];
