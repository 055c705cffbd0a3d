/** Where a path lies. */
import path from "node:path";

/** A path with steps to itself, up or nowhere is not compared as it is written. */
const UNTIDY = /\/\.{0,2}(\/|$)/;

/** Whether it is the folder or lies in it; both absolute, no link is followed. */
export function isWithin(folder: string, file: string): boolean {
  // Node takes both paths apart letter by letter, and a recording asks this of hundreds of files.
  if (path.sep === "/" && !UNTIDY.test(folder) && !UNTIDY.test(file))
    return file === folder || file.startsWith(`${folder}/`);
  const relative = path.relative(folder, file);
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
