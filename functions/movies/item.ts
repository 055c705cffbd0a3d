/** A movie as DynamoDB keeps it, and back. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Movie, MovieInfo, MoviePath } from "./schema.ts";

export type Item = Record<string, AttributeValue>;

export const toKey = ({ year, title }: MoviePath): Item => ({
  year: { N: String(year) },
  title: { S: title },
});

export const toInfo = (info: MovieInfo): AttributeValue => ({ M: toInfoFields(info) });

/** Each field of a movie's info that is given. */
export function toInfoFields(info: Partial<MovieInfo>): Item {
  const entries = Object.entries(info).map(([name, value]): [string, AttributeValue] => [
    name,
    typeof value === "number" ? { N: String(value) } : { L: value.map((text) => ({ S: text })) },
  ]);
  return Object.fromEntries(entries);
}

export function toMovie(item: Item): Movie {
  const info = item.info?.M ?? {};
  const texts = (name: string) => (info[name]?.L ?? []).map((entry) => entry.S ?? "");
  return {
    year: Number(item.year?.N),
    title: item.title?.S ?? "",
    info: {
      directors: texts("directors"),
      actors: texts("actors"),
      genres: texts("genres"),
      rating: Number(info.rating?.N),
      runningTimeSecs: Number(info.runningTimeSecs?.N),
    },
    version: Number(item.version?.N),
  };
}

export const toItem = ({ info, version, ...path }: Movie): Item => ({
  ...toKey(path),
  info: toInfo(info),
  version: { N: String(version) },
});
