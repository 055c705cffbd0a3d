import { versioned } from "../http/answer.ts";
import { serve } from "../http/serve.ts";
import { readMovie } from "./operations.ts";
import { findMovie } from "./store.ts";

export const handler = serve(readMovie, async ({ path }) => versioned(await findMovie(path)));
