/** What can be done with books. Answers are books as HTTP shows them; the driver's errors end here. */
import mongoose from "mongoose";
import { readCursor, writeCursor } from "../http/cursor.ts";
import { notFound, preconditionFailed } from "../http/http-error.ts";
import type { Precondition } from "../http/operation.ts";
import { ATTEMPT } from "../stores/mongodb.ts";
import { type BookDocument, inBooks } from "./model.ts";
import type { Book, BookChange, NewBook } from "./schema.ts";

const LISTING = "books";
/** Bytes of a page as JSON: Lambda answers with at most 6 MB. */
const MAX_PAGE = 4 * 1024 * 1024;

/** What is settled about a book before it is stored. */
export interface Origin {
  id: string;
  createdAt: Date;
}

export const newOrigin = (): Origin => ({
  id: new mongoose.Types.ObjectId().toHexString(),
  createdAt: new Date(),
});

/** Adds a book. One that is there under this id already stays as it is: an earlier attempt has added it. */
export async function addBook(book: NewBook, origin: Origin = newOrigin()): Promise<Book> {
  const { id, ...added } = toNewBook(book, origin);
  await inBooks((books) => books.create({ _id: toId(id), ...added })).catch((error: unknown) => {
    if (!isDuplicate(error)) throw error;
  });
  return { id, ...added };
}

/** A book as it is right after it was added. */
export function toNewBook({ title, body }: NewBook, { id, createdAt }: Origin): Book {
  const time = createdAt.toISOString();
  return { id, title, body, version: 1, createdAt: time, updatedAt: time };
}

export async function listBooks(limit: number, cursor?: string): Promise<{ items: Book[]; next?: string }> {
  const after = cursor === undefined ? undefined : toId(readCursor(LISTING, cursor));
  const filter = after ? { _id: mongoose.trusted({ $gt: after }) } : {};
  // One more than asked for shows whether there is a next page.
  const found = await inBooks((books) =>
    books
      .find(filter)
      .sort({ _id: 1 })
      .limit(limit + 1)
      .lean(),
  );
  const items = fitting(found.slice(0, limit).map(toBook));
  const last = items.at(-1);
  return found.length > items.length && last ? { items, next: writeCursor(LISTING, last.id) } : { items };
}

/** As many as fit into one answer; at least one, which always fits. */
function fitting(books: Book[]): Book[] {
  let bytes = 0;
  return books.filter((book, index) => {
    bytes += Buffer.byteLength(JSON.stringify(book));
    return index === 0 || bytes <= MAX_PAGE;
  });
}

export async function findBook(id: string): Promise<Book> {
  const _id = toId(id);
  const found = await inBooks((books) => books.findOne({ _id }).lean());
  if (!found) throw notFound("book");
  return toBook(found);
}

export async function changeBook(id: string, change: BookChange, expected?: Precondition): Promise<Book> {
  const _id = toId(id);
  const changed = await inBooks((books) =>
    books.findOneAndUpdate(
      { _id, ...versionIn(expected) },
      { $set: { ...change, updatedAt: new Date() }, $inc: { version: 1 } },
      { returnDocument: "after", lean: true },
    ),
  );
  if (!changed) throw await missOf(_id, expected);
  return toBook(changed);
}

export async function removeBook(id: string, expected?: Precondition): Promise<void> {
  const _id = toId(id);
  const { deletedCount } = await inBooks((books) =>
    // The only operation that mongoose's own setting of this limit leaves out.
    books.deleteOne({ _id, ...versionIn(expected) }, { maxTimeMS: ATTEMPT }),
  );
  if (deletedCount === 0) throw await missOf(_id, expected);
}

/** The filter that lets a write through only on the version the caller has seen. */
function versionIn(expected: Precondition | undefined) {
  return expected === undefined || expected === "*" ? {} : { version: mongoose.trusted({ $in: expected }) };
}

/** Why a write found nothing: no such book, or one in another version. */
async function missOf(_id: mongoose.Types.ObjectId, expected: Precondition | undefined): Promise<Error> {
  const exists = expected !== undefined && (await inBooks((books) => books.exists({ _id })));
  return exists ? preconditionFailed("book") : notFound("book");
}

/** MongoDB's answer when a key is taken. */
const DUPLICATE_KEY = 11_000;

const isDuplicate = (error: unknown) =>
  error instanceof mongoose.mongo.MongoServerError && error.code === DUPLICATE_KEY;

/** A text that is no id names no book. */
function toId(id: string): mongoose.Types.ObjectId {
  if (!/^[0-9a-f]{24}$/.test(id)) throw notFound("book");
  return new mongoose.Types.ObjectId(id);
}

function toBook(document: BookDocument): Book {
  const { _id, title, body, version, createdAt, updatedAt } = document;
  return {
    id: _id.toHexString(),
    title,
    body,
    version,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
