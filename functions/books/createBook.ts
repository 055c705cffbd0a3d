import { versioned } from "../http/answer.ts";
import { serve } from "../http/serve.ts";
import { createBook } from "./operations.ts";
import { addBook } from "./store.ts";

export const handler = serve(createBook, async ({ body }) => {
  const book = await addBook(body);
  return versioned(book, 201, { location: `/books/${book.id}` });
});
