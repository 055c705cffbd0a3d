/** Where a path lies. */
import path from "node:path";

/** Whether it is the folder or lies in it; both absolute, no link is followed. */
export function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
