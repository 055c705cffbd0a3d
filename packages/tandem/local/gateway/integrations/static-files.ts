/** Files of the program's folder behind a route, as `aws-apigateway:index:RestAPI` serves them from a bucket. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { FilesTarget } from "../api.ts";
import type { HttpAnswer } from "../http/http-message.ts";

/** Greedy parameter of a route to a folder. */
export const REST_OF_PATH = "proxy";

const TYPES: Record<string, string> = {
  ".css": "text/css",
  ".gif": "image/gif",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".xml": "application/xml",
};

/** Undefined when there is no such file. `asked` is the rest of the path, decoded; empty for the index. */
export async function fileAnswer(
  { root, index, contentType }: FilesTarget,
  asked: string,
): Promise<HttpAnswer | undefined> {
  const file = path.resolve(root, asked === "" ? index : asked);
  // `..` and absolute paths must not lead out of the folder that the program names.
  if (file !== root && !file.startsWith(root + path.sep)) return undefined;
  const body = await read(file);
  if (!body) return undefined;
  const type = contentType ?? TYPES[path.extname(file).toLowerCase()] ?? "application/octet-stream";
  return { status: 200, headers: ["Content-Type", type], body };
}

async function read(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A NUL in the name is no valid argument: there is no such file either.
    if (code === "ENOENT" || code === "EISDIR" || code === "ENOTDIR" || code === "ERR_INVALID_ARG_VALUE")
      return undefined;
    throw error;
  }
}
