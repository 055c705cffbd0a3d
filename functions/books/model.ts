/** Books as MongoDB keeps them. Indexes: none but `_id`, whose order is the order of creation. */
import mongoose from "mongoose";
import { environment } from "../environment.ts";
import { collection } from "../stores/mongodb.ts";

export interface BookDocument {
  _id: mongoose.Types.ObjectId;
  title: string;
  body: string;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new mongoose.Schema<BookDocument>(
  {
    title: { type: String, required: true },
    // An empty text is a valid body, which mongoose's `required` would refuse.
    body: { type: String, default: "" },
    version: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  // Version and times are written by the store itself: what it answers is what it has written, to the millisecond.
  { collection: "books", strict: "throw", versionKey: false },
);

export const inBooks = collection(environment("BOOKS_MONGODB_URI"), "Book", schema);
