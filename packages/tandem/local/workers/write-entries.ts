/** Lays the parts of an archive out in a folder: files are written or copied, folders linked, zip archives unpacked. */
import { copyFileSync, existsSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../../shared/make-folder.js";
import { unzip } from "./unzip.ts";

/** One file or folder of an archive: `at` is where it goes. A zip archive among them is spread out there. */
export type ArchiveEntry = { at: string; text: string } | { at: string; source: string; isArchive: boolean };

export async function writeEntries(entries: ArchiveEntry[], folder: string): Promise<void> {
  // A folder is linked only where nothing was put before it: whatever was written below a link would land in the program.
  const [folders, files] = partition(entries, isFolder);
  for (const entry of files) {
    const target = path.join(folder, entry.at);
    makeFolder(path.dirname(target));
    if ("text" in entry) writeFileSync(target, entry.text);
    else if (entry.isArchive) await unzip(entry.source, target);
    else copyFileSync(entry.source, target);
  }
  for (const { at, source } of folders.sort((a, b) => depth(b.at) - depth(a.at))) {
    const target = path.join(folder, at);
    makeFolder(path.dirname(target));
    link(source, target);
  }
}

/** What is there stays: a folder that is there already gets the other's content besides its own. */
function link(source: string, target: string): void {
  if (!existsSync(target)) {
    if (statSync(source).isDirectory()) symlinkSync(source, target, "junction");
    else copyFileSync(source, target);
  } else if (statSync(source).isDirectory() && statSync(target).isDirectory()) {
    for (const name of readdirSync(source)) link(path.join(source, name), path.join(target, name));
  }
}

type FolderEntry = Extract<ArchiveEntry, { source: string }>;

function isFolder(entry: ArchiveEntry): entry is FolderEntry {
  return "source" in entry && statSync(entry.source).isDirectory();
}

function partition(
  entries: ArchiveEntry[],
  belongs: (entry: ArchiveEntry) => entry is FolderEntry,
): [FolderEntry[], ArchiveEntry[]] {
  return [entries.filter(belongs), entries.filter((entry) => !belongs(entry))];
}

function depth(at: string): number {
  return path.normalize(at).split(path.sep).length;
}
