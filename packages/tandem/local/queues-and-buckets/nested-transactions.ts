/** Several writes of the library as one: all of them or none are on the disk. */
import type { Persistence } from "./library-types.ts";

/** The library begins one of its own where an upload in parts is completed; within one of ours it is part of that. */
export function nestTransactions(persistence: Persistence): void {
  const { db } = persistence;
  let isOpen = false;
  persistence.transaction = (act) => {
    if (isOpen) {
      act();
      return;
    }
    db.exec("BEGIN");
    isOpen = true;
    try {
      act();
      db.exec("COMMIT");
    } catch (error) {
      try {
        db.exec("ROLLBACK");
      } catch {
        // SQLite has done so by itself, as it does where the disk is full.
      }
      throw error;
    } finally {
      isOpen = false;
    }
  };
}
