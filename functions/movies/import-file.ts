/** Imports one file of movies: each record is checked on its own, what passes is written in batches. */
import { fieldErrors } from "../http/field-errors.ts";
import { type Item, toItem } from "./item.ts";
import { readRecords } from "./record-stream.ts";
import { MovieRecord } from "./schema.ts";
import { BATCH_SIZE } from "./write-batches.ts";

export interface ImportSummary {
  imported: number;
  rejected: number;
}

interface Import {
  chunks: AsyncIterable<Uint8Array>;
  /** Version of every movie of the file. The same at a second delivery, so that it changes nothing. */
  version: number;
  write(items: Item[]): Promise<void>;
  /** @param index of the record in the file, from 0. */
  reject(index: number, reasons: string[]): void;
}

export async function importFile({ chunks, version, write, reject }: Import): Promise<ImportSummary> {
  const summary = { imported: 0, rejected: 0 };
  // By key: of two records of the same movie in one batch the later one counts, as it does across batches.
  const batch = new Map<string, Item>();
  const flush = async () => {
    await write([...batch.values()]);
    batch.clear();
  };
  let index = 0;
  for await (const text of readRecords(chunks)) {
    const record = parseRecord(text);
    if ("reasons" in record) {
      reject(index, record.reasons);
      summary.rejected++;
    } else {
      batch.set(`${record.year} ${record.title}`, toItem({ ...record, version }));
      summary.imported++;
    }
    if (batch.size === BATCH_SIZE) await flush();
    index++;
  }
  if (batch.size > 0) await flush();
  return summary;
}

function parseRecord(text: string): MovieRecord | { reasons: string[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reasons: ["is not JSON"] };
  }
  const result = MovieRecord.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const wrong = fieldErrors("body", result.error.issues);
  return { reasons: wrong.map(({ field, message }) => (field ? `${field}: ${message}` : message)) };
}
