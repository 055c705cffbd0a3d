/** The checked-in table of what the installed SDKs' comments say; a test holds it against them. */
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { extractProviderFacts, type PropertyTable } from "./extract.ts";

const PACKAGES = ["aws", "awsx", "mongodbatlas"];

export const factsFile = fileURLToPath(new URL("from-comments.json", import.meta.url));

export function renderFacts(): string {
  const folders = PACKAGES.map((name) =>
    path.dirname(createRequire(import.meta.url).resolve(`@pulumi/${name}/package.json`)),
  );
  const { replaces, sets } = extractProviderFacts(folders);
  return `{\n  "replaces": ${renderTable(replaces)},\n  "sets": ${renderTable(sets)}\n}\n`;
}

/** As the formatter of this project writes it: a list on one line where it fits. */
const WIDTH = 110;

function renderTable(table: PropertyTable): string {
  const lines = Object.entries(table).map(([type, paths], index, all) => {
    const comma = index < all.length - 1 ? "," : "";
    const key = `    ${JSON.stringify(type)}: `;
    const line = `${key}[${paths.map((at) => JSON.stringify(at)).join(", ")}]${comma}`;
    const items = paths.map((at) => `      ${JSON.stringify(at)}`).join(",\n");
    return line.length <= WIDTH ? line : `${key}[\n${items}\n    ]${comma}`;
  });
  return `{\n${lines.join("\n")}\n  }`;
}
