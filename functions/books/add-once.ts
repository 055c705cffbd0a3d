/** Adds a book under an `Idempotency-Key`: however often it is sent, there is one book and one answer. */
import { HttpError } from "../http/http-error.ts";
import { claim, digestOf, finish } from "./claims.ts";
import type { Book, NewBook } from "./schema.ts";
import { addBook, toNewBook } from "./store.ts";

export async function addBookOnce(table: string, key: string, book: NewBook): Promise<Book> {
  const standing = await claim(table, key, book);
  if (standing.digest !== digestOf(book)) {
    throw new HttpError(422, "idempotency_key_reused", "This Idempotency-Key came with another body before");
  }
  // The body is the same, so the first answer can be told again even if the book was changed since.
  if (standing.finished) return toNewBook(book, standing);
  const added = await addBook(book, standing);
  await finish(table, key);
  return added;
}
