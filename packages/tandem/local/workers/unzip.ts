/** Unpacks a zip archive into a folder. */

import { createWriteStream } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import type { Entry, Options, ZipFile } from "yauzl";
import { makeFolder } from "../../shared/make-folder.js";
import { UserError } from "../../shared/user-error.js";

/** yauzl refuses names that lead out of the folder (`..`, absolute). */
export async function unzip(file: string, folder: string): Promise<void> {
  if (!/\.(zip|jar)$/i.test(file))
    throw new UserError(`${file} is not a zip archive, which is all that is unpacked here.`);
  // Code is seldom a zip archive: most runs do without it.
  const { open } = await import("yauzl");
  const zip = await promisify<string, Options, ZipFile>(open)(file, { lazyEntries: true });
  const read = promisify<Entry, NodeJS.ReadableStream>(zip.openReadStream.bind(zip));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const writeEntry = async (entry: Entry): Promise<void> => {
    const target = path.join(folder, entry.fileName);
    if (entry.fileName.endsWith("/")) makeFolder(target);
    else {
      makeFolder(path.dirname(target));
      await pipeline(await read(entry), createWriteStream(target));
    }
    zip.readEntry();
  };
  zip.on("entry", (entry: Entry) => void writeEntry(entry).catch(reject));
  zip.on("end", resolve);
  zip.on("error", reject);
  zip.readEntry();
  await promise.finally(() => zip.close());
}
