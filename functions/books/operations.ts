/** The operations of the subject "books", by the name of their function. */
import type { Operation } from "../http/operation.ts";
import { pageOf } from "../http/schema.ts";
import { Book, BookChange, BookPage, BookPath, NewBook } from "./schema.ts";

export const createBook = {
  summary: "Add a book",
  body: NewBook,
  idempotencyKey: true,
  answers: { 201: Book },
} satisfies Operation;

export const readBooks = {
  summary: "List books, oldest first",
  query: BookPage,
  answers: { 200: pageOf(Book) },
} satisfies Operation;

export const readBook = {
  summary: "Read a book",
  path: BookPath,
  answers: { 200: Book },
} satisfies Operation;

export const updateBook = {
  summary: "Change a book's title, body or both",
  path: BookPath,
  body: BookChange,
  ifMatch: true,
  answers: { 200: Book },
} satisfies Operation;

export const deleteBook = {
  summary: "Delete a book",
  path: BookPath,
  ifMatch: true,
  answers: { 204: null },
} satisfies Operation;
