/** A YAML file of a project: its content, and where in the file each value stands. */

import { readFileSync } from "node:fs";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { UserError } from "../shared/user-error.js";

export interface YamlFile {
  path: string;
  content: Record<string, unknown>;
  /** `file:line` of the value under these keys, for messages; the file alone where there is none. */
  place(...keys: string[]): string;
}

/** @throws UserError that names file, line and column of every damage */
export function readYamlFile(path: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(textOf(path), {
    lineCounter: lines,
    prettyErrors: false,
    merge: true, // `<<`, as Pulumi's own reader has it
  });
  const damages = document.errors.map(({ message, pos }) => {
    const { line, col } = lines.linePos(pos[0]);
    return `${path}:${line}:${col}: ${message}`;
  });
  if (damages.length > 0) throw new UserError(damages.join("\n"));
  const content: unknown = plain(document, path) ?? {};
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new UserError(`${path}:1: expected keys with values, found ${JSON.stringify(content)}`);
  }
  return {
    path,
    content: content as Record<string, unknown>,
    place(...keys) {
      const node = document.getIn(keys, true);
      return isNode(node) && node.range ? `${path}:${lines.linePos(node.range[0]).line}` : path;
    },
  };
}

/** @throws UserError where it is a folder, or closed to whoever asks */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** @throws UserError where aliases (`*name`) lead nowhere, into a circle, or to more than anybody writes */
function plain(document: Document, path: string): unknown {
  try {
    const content: unknown = document.toJS();
    JSON.stringify(content);
    return content;
  } catch (error) {
    const [reason] = (error as Error).message.split("\n");
    throw new UserError(`${path}: its aliases cannot be followed: ${reason}`);
  }
}
