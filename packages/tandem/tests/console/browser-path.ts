/** A real browser for the console's tests: the machine's own, or the one that an npm package carries for Linux. */
import { existsSync } from "node:fs";
import { arch, platform } from "node:os";
import packed from "@sparticuz/chromium";

/**
 * Undefined where there is none, which is said. The first who asks unpacks the package's own: before the tests, for of two
 * that begin side by side one starts a file that the other still writes.
 */
export async function browserPath(): Promise<string | undefined> {
  const own = process.env.CHROME_PATH ?? "/usr/bin/chromium";
  if (process.env.CHROME_PATH || existsSync(own)) return own;
  if (platform() === "linux" && arch() === "x64") return packed.executablePath();
  console.error("No browser: CHROME_PATH names none, and /usr/bin/chromium is not there.");
  return undefined;
}
