/** What a book looks like over HTTP. */
import * as z from "zod/mini";
import { page, text } from "../http/schema.ts";

const title = text(1, 200);
const body = text(0, 100_000);

export const NewBook = z.strictObject({ title, body });
export type NewBook = z.output<typeof NewBook>;

export const BookChange = z
  .strictObject({ title: z.optional(title), body: z.optional(body) })
  .check(z.refine((change) => Object.keys(change).length > 0, "Must change at least one of title, body"));
export type BookChange = z.output<typeof BookChange>;

/** Any text: one that is no id of a book names no book, which is a 404 and not a 400. */
export const BookPath = z.strictObject({ id: z.string() });

export const BookPage = z.strictObject(page);

const time = z.iso.datetime();

export const Book = z.strictObject({
  id: z.string(),
  title,
  body,
  version: z.int(),
  createdAt: time,
  updatedAt: time,
});
export type Book = z.output<typeof Book>;
