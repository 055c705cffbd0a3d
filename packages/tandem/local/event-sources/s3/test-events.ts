/** Which notifications had their test event, kept from start to start: S3 sends one when a notification is made, not again. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { writeByRename } from "../../../shared/write-by-rename.ts";
import type { Notification } from "./notifications.ts";

export class TestEvents {
  readonly #file: string;
  readonly #sent: Set<string>;
  readonly #sending = new Map<string, Promise<void>>();

  constructor(folder: string) {
    this.#file = path.join(folder, "test-events.json");
    this.#sent = new Set(read(this.#file));
  }

  /** One that failed is tried again with the next call. */
  async once(notification: Notification, send: () => Promise<void>): Promise<void> {
    const key = JSON.stringify(notification);
    if (this.#sent.has(key)) return;
    const sending = this.#sending.get(key) ?? this.#send(key, send);
    this.#sending.set(key, sending);
    try {
      await sending;
    } finally {
      this.#sending.delete(key);
    }
  }

  async #send(key: string, send: () => Promise<void>): Promise<void> {
    await send();
    this.#sent.add(key);
    writeByRename(this.#file, JSON.stringify([...this.#sent]));
  }
}

function read(file: string): string[] {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as string[];
  } catch {
    return []; // none was sent yet
  }
}
