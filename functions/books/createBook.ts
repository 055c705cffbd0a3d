import { environment } from "../environment.ts";
import { versioned } from "../http/answer.ts";
import { serve } from "../http/serve.ts";
import { createBook } from "./operations.ts";
import type { Book, NewBook } from "./schema.ts";
import { addBook } from "./store.ts";

const idempotencyTable = environment("IDEMPOTENCY_TABLE");

export const handler = serve(createBook, async ({ body, idempotencyKey }) => {
  const book = idempotencyKey === undefined ? await addBook(body) : await addOnce(idempotencyKey, body);
  return versioned(book, 201, { location: `/books/${book.id}` });
});

/** DynamoDB's client is loaded only when a request asks for it: without a key it costs nothing. */
async function addOnce(key: string, book: NewBook): Promise<Book> {
  const { addBookOnce } = await import("./add-once.ts");
  return addBookOnce(idempotencyTable, key, book);
}
