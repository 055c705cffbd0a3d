/** Which notifications had their test event, kept from start to start: S3 sends one when a notification is made, not again. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { writeByRename } from "../../../shared/write-by-rename.ts";
import type { Notification } from "./notifications.ts";

export class ToldNotifications {
  readonly #file: string;
  readonly #told: Set<string>;
  readonly #telling = new Map<string, Promise<void>>();

  constructor(folder: string) {
    this.#file = path.join(folder, "told.json");
    this.#told = new Set(read(this.#file));
  }

  /** One that failed is tried again with the next call. */
  async once(notification: Notification, tell: () => Promise<void>): Promise<void> {
    const key = JSON.stringify(notification);
    if (this.#told.has(key)) return;
    const telling = this.#telling.get(key) ?? this.#tell(key, tell);
    this.#telling.set(key, telling);
    try {
      await telling;
    } finally {
      this.#telling.delete(key);
    }
  }

  async #tell(key: string, tell: () => Promise<void>): Promise<void> {
    await tell();
    this.#told.add(key);
    writeByRename(this.#file, JSON.stringify([...this.#told]));
  }
}

function read(file: string): string[] {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as string[];
  } catch {
    return []; // nobody was told yet
  }
}
