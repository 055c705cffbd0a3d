/** Books as MongoDB keeps them. Indexes: none but `_id`, whose order is the order of creation. */
import mongoose from "mongoose";

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
  },
  { collection: "books", strict: "throw", versionKey: false, timestamps: true },
);

export const BookModel = mongoose.model<BookDocument>("Book", schema);
