/** A message of the queue `changes`. Not in schema.ts, because no HTTP function should carry what only the queue needs. */
import * as z from "zod/mini";
import { MovieRecord } from "./schema.ts";

const { year, title } = MovieRecord.shape;

export const MovieMessage = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("put"), movie: MovieRecord }),
  z.strictObject({ type: z.literal("delete"), year, title }),
]);
export type MovieMessage = z.output<typeof MovieMessage>;
