import { versioned } from "../http/answer.ts";
import { serve } from "../http/serve.ts";
import { putMovie } from "./operations.ts";
import { storeMovie } from "./store.ts";

export const handler = serve(putMovie, async ({ path, body, ifMatch }) => {
  const { movie, created } = await storeMovie(path, body.info, ifMatch);
  return versioned(movie, created ? 201 : 200);
});
