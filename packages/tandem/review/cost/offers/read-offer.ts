/**
 * AWS's public offer files, as CSV: one row a price, found without credentials under
 * `<address>/offers/v1.0/aws/<offer>/current/<region>/index.csv`, or in a folder that is laid out like that. They are read row by
 * row, because that of EC2 has hundreds of megabytes.
 */

import { createReadStream, existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { UserError } from "../../../shared/user-error.js";

export const AWS_ADDRESS = "https://pricing.us-east-1.amazonaws.com";

/** A price: the columns of its row, by their names without blanks and in lower case. */
export type Row = Readonly<Record<string, string>>;

/** @param from an http(s) address, or a folder @param region none for what is sold for all regions at once */
export async function* rowsOf(from: string, offer: string, region: string | undefined): AsyncGenerator<Row> {
  const file = ["offers", "v1.0", "aws", offer, "current", ...(region ? [region] : []), "index.csv"].join(
    "/",
  );
  let names: string[] | undefined;
  for await (const line of createInterface({ input: await open(from, file), crlfDelay: Infinity })) {
    const fields = fieldsOf(line);
    // Five lines about the file stand before the names of the columns.
    if (names === undefined) {
      if (fields.includes("SKU")) names = fields.map((name) => name.replaceAll(" ", "").toLowerCase());
      continue;
    }
    yield Object.fromEntries(names.map((name, index) => [name, fields[index] ?? ""]));
  }
  if (names === undefined) {
    throw new UserError(`${from}/${file} is no offer file of AWS: no line of it names the columns (SKU, …).`);
  }
}

async function open(from: string, file: string): Promise<Readable> {
  if (/^https?:/.test(from)) return openAddress(`${from.replace(/\/$/, "")}/${file}`);
  const local = path.join(from, file);
  if (!existsSync(local)) {
    throw new UserError(`${local} is not there. A folder for --from is laid out as AWS's price list is.`);
  }
  return createReadStream(local);
}

async function openAddress(address: string): Promise<Readable> {
  let answer: Response;
  try {
    answer = await fetch(address);
  } catch (error) {
    const { cause, message } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    throw new UserError(`${address} cannot be read: ${reason}. Is this machine allowed to reach it?`);
  }
  if (!answer.ok || answer.body === null) {
    throw new UserError(`${address} answers ${answer.status} ${answer.statusText}. Is that a region of AWS?`);
  }
  return Readable.fromWeb(answer.body as ReadableStream);
}

/** The fields of a line of CSV: quoted ones may hold commas, and a quote as two. None spans lines in these files. */
function fieldsOf(line: string): string[] {
  const fields = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...fields].map(([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain);
}
