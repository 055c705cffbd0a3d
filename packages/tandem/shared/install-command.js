/** What a person types to install packages: by the package manager whose lock file stands in the project or above it, npm where none does. */
import { existsSync } from "node:fs";
import path from "node:path";
import { nearest } from "./places.js";

const ofNpm = { all: "npm install", one: "npm install", development: "npm install --save-dev" };
const ofBun = { all: "bun install", one: "bun add", development: "bun add --dev" };

/** By lock file. */
const commands = new Map([
  ["pnpm-lock.yaml", { all: "pnpm install", one: "pnpm add", development: "pnpm add --save-dev" }],
  ["yarn.lock", { all: "yarn install", one: "yarn add", development: "yarn add --dev" }],
  ["bun.lock", ofBun],
  ["bun.lockb", ofBun],
  ["package-lock.json", ofNpm],
]);
const locks = [...commands.keys()];

/**
 * @param {string} folder absolute, of the project or in it
 * @param {string} [wanted] a package, and its version where it matters; all that the project lists unless given
 * @param {{ development?: boolean }} [how] whether only who develops the project needs it
 */
export function installCommand(folder, wanted, { development = false } = {}) {
  const at = nearest(folder, ...locks);
  const lock = at && locks.find((name) => existsSync(path.join(at, name)));
  const manager = commands.get(lock ?? "") ?? ofNpm;
  if (wanted === undefined) return manager.all;
  return `${development ? manager.development : manager.one} ${wanted}`;
}
