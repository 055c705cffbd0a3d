import { json } from "../http/answer.ts";
import { serve } from "../http/serve.ts";
import { readMovies } from "./operations.ts";
import { listMovies } from "./store.ts";

export const handler = serve(readMovies, async ({ query }) => json(200, await listMovies(query)));
