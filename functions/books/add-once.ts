/** Adds a book under an `Idempotency-Key`: however often it is sent, there is one book and one answer. */
import { HttpError } from "../http/http-error.ts";
import { digestOf, finish, recordKey } from "./idempotency-records.ts";
import type { Book, NewBook } from "./schema.ts";
import { addBook, toNewBook } from "./store.ts";

export async function addBookOnce(table: string, key: string, book: NewBook): Promise<Book> {
  const record = await recordKey(table, key, book);
  if (record.digest !== digestOf(book)) {
    throw new HttpError(422, "idempotency_key_reused", "This Idempotency-Key came with another body before");
  }
  // The body is the same, so the first answer can be given again even if the book was changed since.
  if (record.finished) return toNewBook(book, record);
  const added = await addBook(book, record);
  await finish(table, key);
  return added;
}
