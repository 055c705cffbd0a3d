/** What pages are told while they look: new rows at most ten times a second, and how many there were besides. */
import { type Summary, summaryOf, traceOf } from "./described.ts";
import type { Entry, Recorder } from "./recorder.ts";
import type { Mask } from "./secrets.ts";

type Send = (event: string, data: unknown) => void;

const EVERY_MS = 100;
/** Rows of one message; what is beyond is in the counts, and in the list when it is asked for. */
const MOST_ROWS = 50;
/** So far back it is looked for rows whose refusals came to be known after them. */
const LOOKED_BACK = 200;

export interface LiveRows {
  rows: Summary[];
  counts: Recorder["counts"];
}

export class Live {
  readonly #recorder: Recorder;
  readonly #state: () => unknown;
  readonly #mask: () => Mask;
  readonly #watchers = new Set<Send>();
  #timer: NodeJS.Timeout | undefined;
  #seen = 0;
  #counts = "";
  #stated = "";

  /** `state`: what is true of the whole run, told whenever it changes. */
  constructor(recorder: Recorder, mask: () => Mask, state: () => unknown) {
    this.#recorder = recorder;
    this.#mask = mask;
    this.#state = state;
  }

  /** Gives what ends it. While nobody looks no timer runs. */
  add(send: Send): () => void {
    if (this.#watchers.size === 0) this.#seen = this.#recorder.newest;
    this.#watchers.add(send);
    send("state", this.#mask().all(this.#state()));
    this.#timer ??= setInterval(() => this.#sendNewsOrProblem(), EVERY_MS);
    return () => {
      this.#watchers.delete(send);
      if (this.#watchers.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  /** A mistake of the console's must not end the run that it shows. */
  #sendNewsOrProblem(): void {
    try {
      this.#sendNews();
    } catch (error) {
      this.#send("problem", { message: String(error) });
    }
  }

  #sendNews(): void {
    const rows = this.#newRows();
    const counts = JSON.stringify(this.#recorder.counts);
    if (rows.length > 0 || counts !== this.#counts) {
      this.#send("rows", { rows, counts: this.#recorder.counts } satisfies LiveRows);
    }
    this.#counts = counts;
    const state = this.#state();
    const stated = JSON.stringify(state);
    if (stated !== this.#stated) this.#send("state", state);
    this.#stated = stated;
  }

  #send(event: string, data: unknown): void {
    const masked = this.#mask().all(data);
    for (const send of this.#watchers) send(event, masked);
  }

  /** Newest first; those with refusals that came to be known since are told again. */
  #newRows(): Summary[] {
    const seen = this.#seen;
    this.#seen = this.#recorder.newest;
    const refused = this.#recorder.takeRefusedLately();
    const rows: Entry[] = [];
    let lookedBack = 0;
    for (const entry of this.#recorder.entries()) {
      const isNew = entry.id > seen;
      if (!isNew && (refused.size === 0 || lookedBack++ > LOOKED_BACK)) break;
      const trace = traceOf(entry);
      if (isNew ? rows.length < MOST_ROWS : trace !== undefined && refused.has(trace)) rows.push(entry);
    }
    return rows.map((entry) => summaryOf(entry, this.#recorder));
  }
}
