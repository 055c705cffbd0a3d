import { noContent } from "../http/answer.ts";
import { serve } from "../http/serve.ts";
import { deleteBook } from "./operations.ts";
import { removeBook } from "./store.ts";

export const handler = serve(deleteBook, async ({ path, ifMatch }) => {
  await removeBook(path.id, ifMatch);
  return noContent();
});
