/** What can be done with books. Answers are books as HTTP shows them; the driver's errors end here. */
import mongoose from "mongoose";
import { readCursor, writeCursor } from "../http/cursor.ts";
import { notFound, preconditionFailed } from "../http/http-error.ts";
import type { Precondition } from "../http/operation.ts";
import { callStore } from "./call-store.ts";
import { type BookDocument, BookModel } from "./model.ts";
import type { Book, BookChange, NewBook } from "./schema.ts";

const LISTING = "books";

export async function addBook(book: NewBook): Promise<Book> {
  return toBook(await callStore(() => BookModel.create({ ...book, version: 1 })));
}

export async function listBooks(limit: number, cursor?: string): Promise<{ items: Book[]; next?: string }> {
  const after = cursor === undefined ? undefined : toId(readCursor(LISTING, cursor));
  const filter = after ? { _id: mongoose.trusted({ $gt: after }) } : {};
  // One more than asked for shows whether there is a next page.
  const found = await callStore(() =>
    BookModel.find(filter)
      .sort({ _id: 1 })
      .limit(limit + 1)
      .lean(),
  );
  const items = found.slice(0, limit).map(toBook);
  const last = items.at(-1);
  return found.length > limit && last ? { items, next: writeCursor(LISTING, last.id) } : { items };
}

export async function findBook(id: string): Promise<Book> {
  const _id = toId(id);
  const found = await callStore(() => BookModel.findOne({ _id }).lean());
  if (!found) throw notFound("book");
  return toBook(found);
}

export async function changeBook(id: string, change: BookChange, expected?: Precondition): Promise<Book> {
  const _id = toId(id);
  const changed = await callStore(() =>
    BookModel.findOneAndUpdate(
      { _id, ...versionIn(expected) },
      { $set: change, $inc: { version: 1 } },
      { returnDocument: "after", lean: true },
    ),
  );
  if (!changed) throw await missOf(_id, expected);
  return toBook(changed);
}

export async function removeBook(id: string, expected?: Precondition): Promise<void> {
  const _id = toId(id);
  const { deletedCount } = await callStore(() => BookModel.deleteOne({ _id, ...versionIn(expected) }));
  if (deletedCount === 0) throw await missOf(_id, expected);
}

/** The filter that lets a write through only on the version the caller has seen. */
function versionIn(expected: Precondition | undefined) {
  return expected === undefined || expected === "*" ? {} : { version: mongoose.trusted({ $in: expected }) };
}

/** Why a write found nothing: no such book, or one in another version. */
async function missOf(_id: mongoose.Types.ObjectId, expected: Precondition | undefined): Promise<Error> {
  const exists = expected !== undefined && (await callStore(() => BookModel.exists({ _id })));
  return exists ? preconditionFailed("book") : notFound("book");
}

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
