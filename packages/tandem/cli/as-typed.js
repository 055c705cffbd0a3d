/**
 * How a command is typed in the project at hand. Everywhere in this package a command is written as npm's script,
 * `npm run parity -- --stack dev`; a project that only installed the package has no such script, so there it is shown as
 * `npx tandem parity --stack dev`. Plain JavaScript without dependencies, because `tandem.js` reports by it.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { nearest } from "../shared/places.js";
import { commandFile } from "./command-files.js";

const COMMAND = /\bnpm (?:run (?:--silent |-s )?([a-z][\w:-]*)|(start|test)\b)( --(?= ))?/g;

/**
 * @param {string} text for a person
 * @param {string} [folder] that the person stands in
 */
export function asTyped(text, folder = process.cwd()) {
  if (!text.includes("npm ")) return text;
  const scripts = scriptsOf(folder);
  return text.replace(COMMAND, (whole, script, short) => {
    const name = script ?? short;
    if (/\btandem\b/.test(scripts[name] ?? "")) return whole;
    const file = name.replace(":", "-");
    return commandFile(file) === undefined ? whole : `npx tandem ${file}`;
  });
}

/**
 * @param {string} folder
 * @returns {Record<string, string>}
 */
function scriptsOf(folder) {
  const project = nearest(folder, "package.json");
  if (project === undefined) return {};
  try {
    return JSON.parse(readFileSync(path.join(project, "package.json"), "utf8")).scripts ?? {};
  } catch {
    return {}; // damaged: what reads it for its own sake says so
  }
}
