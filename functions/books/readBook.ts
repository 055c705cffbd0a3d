import { versioned } from "../http/answer.ts";
import { serve } from "../http/serve.ts";
import { readBook } from "./operations.ts";
import { findBook } from "./store.ts";

export const handler = serve(readBook, async ({ path }) => versioned(await findBook(path.id)));
