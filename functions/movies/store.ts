/** What can be done with movies. One item a movie; every write is one conditional call, so that none is lost. */
import { isDeepStrictEqual } from "node:util";
import {
  DeleteItemCommand,
  GetItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { environment } from "../environment.ts";
import { readCursor, writeCursor } from "../http/cursor.ts";
import { notFound, preconditionFailed } from "../http/http-error.ts";
import type { Precondition } from "../http/operation.ts";
import { send, unlessRefused } from "../stores/dynamo.ts";
import { expectVersion } from "./expect-version.ts";
import { toInfo, toInfoFields, toKey, toMovie } from "./item.ts";
import type { Movie, MovieInfo, MovieInfoChange, MoviePageAnswer, MoviePath } from "./schema.ts";

const TableName = environment("MOVIES_TABLE");
const LISTING = "movies";

interface Listing {
  year?: number | undefined;
  limit: number;
  cursor?: string | undefined;
}

/**
 * One page: a query of a year, or one bounded scan where no year is given. A cursor says behind which movie it begins; the
 * movies of another year begin behind the same title.
 */
export async function listMovies({ year, limit, cursor }: Listing): Promise<MoviePageAnswer> {
  const last: MoviePath | undefined =
    cursor === undefined ? undefined : JSON.parse(readCursor(LISTING, cursor));
  const page = {
    TableName,
    Limit: limit,
    ExclusiveStartKey: last && toKey({ ...last, year: year ?? last.year }),
  };
  const { Items = [], LastEvaluatedKey } = await (year === undefined
    ? send(new ScanCommand(page))
    : send(
        new QueryCommand({
          ...page,
          KeyConditionExpression: "#year = :year",
          ExpressionAttributeNames: { "#year": "year" },
          ExpressionAttributeValues: { ":year": { N: String(year) } },
        }),
      ));
  const items = Items.map(toMovie);
  if (!LastEvaluatedKey) return { items };
  const next = { year: Number(LastEvaluatedKey.year?.N), title: LastEvaluatedKey.title?.S };
  return { items, next: writeCursor(LISTING, JSON.stringify(next)) };
}

export async function findMovie(path: MoviePath): Promise<Movie> {
  const movie = await lookUp(path);
  if (!movie) throw notFound("movie");
  return movie;
}

/** Consistent, so that a caller reads what it has just written, with an entity tag that holds. */
async function lookUp(path: MoviePath): Promise<Movie | undefined> {
  const { Item } = await send(new GetItemCommand({ TableName, Key: toKey(path), ConsistentRead: true }));
  return Item && toMovie(Item);
}

/**
 * Creates a movie or replaces its info; the same info again changes nothing. A new movie's version is the clock, not 1:
 * a tag from before a deletion must not fit the movie that is created after it (docs/decisions/027-versions.md).
 */
export async function storeMovie(
  path: MoviePath,
  info: MovieInfo,
  expected?: Precondition,
): Promise<{ movie: Movie; created: boolean }> {
  const current = expected ? undefined : await lookUp(path);
  if (current && isDeepStrictEqual(current.info, info)) return { movie: current, created: false };
  const now = Date.now();
  const condition = expected && expectVersion(expected);
  const replaced = await unlessRefused(
    send(
      new UpdateItemCommand({
        TableName,
        Key: toKey(path),
        UpdateExpression: "SET #info = :info, #version = if_not_exists(#version, :now) + :one",
        ConditionExpression: condition?.text,
        ExpressionAttributeNames: { "#info": "info", "#version": "version" },
        ExpressionAttributeValues: {
          ":info": toInfo(info),
          ":now": { N: String(now) },
          ":one": { N: "1" },
          ...condition?.values,
        },
        ReturnValues: "ALL_OLD",
      }),
    ),
  );
  if (!replaced) throw preconditionFailed("movie");
  const old = replaced.Attributes;
  const version = (old ? toMovie(old).version : now) + 1;
  return { movie: { ...path, info, version }, created: !old };
}

export async function changeMovie(
  path: MoviePath,
  change: MovieInfoChange,
  expected: Precondition = "*",
): Promise<Movie> {
  const condition = expectVersion(expected);
  const fields = Object.entries(toInfoFields(change));
  const changed = await unlessRefused(
    send(
      new UpdateItemCommand({
        TableName,
        Key: toKey(path),
        UpdateExpression: `SET #version = #version + :one, ${fields.map(([name]) => `#info.#${name} = :${name}`).join(", ")}`,
        ConditionExpression: condition.text,
        ExpressionAttributeNames: {
          "#version": "version",
          "#info": "info",
          ...Object.fromEntries(fields.map(([name]) => [`#${name}`, name])),
        },
        ExpressionAttributeValues: {
          ":one": { N: "1" },
          ...condition.values,
          ...Object.fromEntries(fields.map(([name, value]) => [`:${name}`, value])),
        },
        ReturnValues: "ALL_NEW",
      }),
    ),
  );
  if (!changed?.Attributes) throw await refusedOf(path);
  return toMovie(changed.Attributes);
}

export async function removeMovie(path: MoviePath, expected: Precondition = "*"): Promise<void> {
  const condition = expectVersion(expected);
  const removed = await unlessRefused(
    send(
      new DeleteItemCommand({
        TableName,
        Key: toKey(path),
        ConditionExpression: condition.text,
        ExpressionAttributeNames: { "#version": "version" },
        ExpressionAttributeValues: condition.values,
      }),
    ),
  );
  if (!removed) throw await refusedOf(path);
}

/** Why a write was refused: no such movie (which `findMovie` says), or one in another version. */
async function refusedOf(path: MoviePath): Promise<Error> {
  await findMovie(path);
  return preconditionFailed("movie");
}
