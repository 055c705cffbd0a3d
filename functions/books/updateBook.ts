import { versioned } from "../http/answer.ts";
import { serve } from "../http/serve.ts";
import { updateBook } from "./operations.ts";
import { changeBook } from "./store.ts";

export const handler = serve(updateBook, async ({ path, body, ifMatch }) =>
  versioned(await changeBook(path.id, body, ifMatch)),
);
