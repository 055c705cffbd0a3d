import { json } from "../http/answer.ts";
import { serve } from "../http/serve.ts";
import { readBooks } from "./operations.ts";
import { listBooks } from "./store.ts";

export const handler = serve(readBooks, async ({ query }) =>
  json(200, await listBooks(query.limit, query.cursor)),
);
