/** Every movie of the table, page after page, with one page in memory. For work in the background, never for a request. */
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { environment } from "../environment.ts";
import { send } from "../stores/dynamo.ts";
import { type Item, toMovie } from "./item.ts";
import type { Movie } from "./schema.ts";

const TableName = environment("MOVIES_TABLE");

export async function* allMovies(): AsyncGenerator<Movie> {
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await send(new ScanCommand({ TableName, ExclusiveStartKey }));
    yield* (page.Items ?? []).map(toMovie);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}
