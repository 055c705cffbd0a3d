/** Keeps the functions of a database from opening more connections than its cluster takes. */
import { type AtlasTier, connectionLimits } from "./atlas-tiers.ts";
import { Mistake } from "./mistake.ts";

/** Connections in the pool of one worker, which answers one request at a time and reads a page besides. */
export const POOL_SIZE = 2;

/** Of a worker: its pool, and one over which the driver watches the node. */
const connectionsPerWorker = POOL_SIZE + 1;

/** What may be planned with; the rest is for people, tools and workers that are being replaced. */
const PLANNED_SHARE = 0.8;

export class ConnectionBudget {
  readonly #database: string;
  readonly #tier: AtlasTier;
  #workers = 0;

  constructor(database: string, tier: AtlasTier) {
    this.#database = database;
    this.#tier = tier;
  }

  /** Counts the workers that a function may have at once. @throws {Mistake} when they are too many */
  reserve(functionName: string, workers: number): void {
    this.#workers += workers;
    const planned = this.#workers * connectionsPerWorker;
    const limit = Math.floor(connectionLimits[this.#tier] * PLANNED_SHARE);
    if (planned <= limit) return;
    throw new Mistake(
      `Function "${functionName}" is one too many for database "${this.#database}": its functions reserve ` +
        `${this.#workers} workers with ${connectionsPerWorker} connections each, ${planned} in all, and ` +
        `${limit} may be planned on a cluster of tier ${this.#tier} (${PLANNED_SHARE * 100} % of ` +
        `${connectionLimits[this.#tier]}). Lower reservedConcurrency or raise atlasTier.`,
    );
  }
}
