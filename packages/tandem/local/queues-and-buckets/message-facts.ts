/** What the library forgets of messages, kept in its own file: where dead letters came from, and how often one was received. */
import type { Persistence, Queue } from "./library-types.ts";

/** Where dead letters came from: in a table of its own beside the library's. */
export class Origins {
  readonly #known = new Map<string, string>();
  readonly #insert: { run(...values: string[]): unknown };

  constructor({ db }: Persistence) {
    db.exec(
      "CREATE TABLE IF NOT EXISTS dead_letter_sources (message_id TEXT PRIMARY KEY, arn TEXT NOT NULL)",
    );
    db.exec("DELETE FROM dead_letter_sources WHERE message_id NOT IN (SELECT message_id FROM sqs_messages)");
    this.#insert = db.prepare("INSERT OR REPLACE INTO dead_letter_sources (message_id, arn) VALUES (?, ?)");
    const rows = db.prepare("SELECT message_id, arn FROM dead_letter_sources").all();
    for (const { message_id, arn } of rows as { message_id: string; arn: string }[])
      this.#known.set(message_id, arn);
  }

  of(messageId: string): string | undefined {
    return this.#known.get(messageId);
  }

  /** Whatever the queue gives up to its dead letters comes from it. */
  observe(queue: Queue): Queue {
    const dequeue = queue.dequeue.bind(queue);
    queue.dequeue = (most, hiddenFor, queueOf) =>
      dequeue(most, hiddenFor, (arn) => {
        const deadLetters = queueOf(arn);
        return (
          deadLetters && {
            enqueue: (message) => {
              this.#known.set(message.messageId, queue.arn);
              this.#insert.run(message.messageId, queue.arn);
              deadLetters.enqueue(message);
            },
          }
        );
      });
    return queue;
  }
}

/**
 * A message whose visibility timeout is set to 0 would be lost: the library then writes that it was never received, which
 * its own table refuses. Here it stays what it is, only visible again.
 */
export function keepReceiveCounts(persistence: Persistence): void {
  const visible = persistence.db.prepare(
    "UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?",
  );
  persistence.updateMessageReady = (messageId) => void visible.run(messageId);
}
