/** What a movie looks like over HTTP, in import files and in messages. */
import * as z from "zod/mini";
import { page, pageOf, text } from "../http/schema.ts";

const names = z.array(text(1, 200)).check(z.maxLength(100));

/** The first movie was shot in 1888. */
const year = z.int().check(z.gte(1888), z.lte(2100));
/** In UTF-8 at most 765 bytes: DynamoDB takes sort keys up to 1,024. */
const title = text(1, 255);

const info = {
  directors: names,
  actors: names,
  genres: names,
  rating: z.number().check(z.gte(0), z.lte(10), z.multipleOf(0.1)),
  runningTimeSecs: z.int().check(z.gte(1), z.lte(360_000)),
};

export const MovieInfo = z.strictObject(info);
export type MovieInfo = z.output<typeof MovieInfo>;

export const MovieInfoChange = z
  .partial(z.strictObject(info))
  .check(z.refine((change) => Object.keys(change).length > 0, "Must change at least one field"));
export type MovieInfoChange = z.output<typeof MovieInfoChange>;

/** A movie without version: what import files and messages carry. */
export const MovieRecord = z.strictObject({ year, title, info: MovieInfo });
export type MovieRecord = z.output<typeof MovieRecord>;

export const Movie = z.strictObject({ year, title, info: MovieInfo, version: z.int() });
export type Movie = z.output<typeof Movie>;

export const MoviePageAnswer = pageOf(Movie);
export type MoviePageAnswer = z.output<typeof MoviePageAnswer>;

/** A year as it stands in a path or query. */
const yearText = z.pipe(
  z.string().check(z.regex(/^\d{4}$/, "Must be a year of four digits")),
  z.pipe(z.transform(Number), year),
);

export const MoviePath = z.strictObject({ year: yearText, title });
export type MoviePath = z.output<typeof MoviePath>;

export const MoviePage = z.strictObject({ year: z.optional(yearText), ...page });
export const NewMovie = z.strictObject({ info: MovieInfo });
export const MovieChange = z.strictObject({ info: MovieInfoChange });
