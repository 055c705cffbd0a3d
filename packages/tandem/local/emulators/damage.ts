/** What a person can do about data that cannot be read or written: `--reset` deletes it, so only where nothing else helps. */

/** As Node, LevelDB, SQLite and MongoDB say it. */
const FULL = /ENOSPC|EDQUOT|no space left|disk is full|disk quota exceeded|database or disk is full/i;
const FORBIDDEN = /EACCES|EPERM|EROFS|permission denied|read-only file system/i;

export const isFullDisk = (error: unknown): boolean => FULL.test(String(error));

/** A sentence without its full stop. */
export function wayOut(why: string, folder: string): string {
  return remedy(why, folder) ?? "Begin with empty stores by: npm start -- --reset";
}

/** What the person can do so that what is kept stays; undefined where nobody here knows. */
export function remedy(why: string, folder: string): string | undefined {
  if (FULL.test(why)) return `The disk is full: make room where ${folder} is; what is kept there stays`;
  if (FORBIDDEN.test(why)) return `Let this user write in ${folder}; what is kept there stays`;
  return undefined;
}
