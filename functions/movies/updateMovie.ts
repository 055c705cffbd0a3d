import { versioned } from "../http/answer.ts";
import { serve } from "../http/serve.ts";
import { updateMovie } from "./operations.ts";
import { changeMovie } from "./store.ts";

export const handler = serve(updateMovie, async ({ path, body, ifMatch }) =>
  versioned(await changeMovie(path, body.info, ifMatch)),
);
