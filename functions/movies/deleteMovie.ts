import { noContent } from "../http/answer.ts";
import { serve } from "../http/serve.ts";
import { deleteMovie } from "./operations.ts";
import { removeMovie } from "./store.ts";

export const handler = serve(deleteMovie, async ({ path, ifMatch }) => {
  await removeMovie(path, ifMatch);
  return noContent();
});
