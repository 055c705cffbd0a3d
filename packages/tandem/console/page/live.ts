/** The rows of the list as they come in, kept for as long as the page is open. */
import { useEffect, useState } from "preact/hooks";
import { ask } from "./api.ts";
import type { LiveRows, Summary } from "./types.ts";

const MOST_ROWS = 1_000;

export interface RunState {
  /** Why the last reload failed. */
  error: string | null;
  url: string;
}

export interface RunUpdates {
  rows: Summary[];
  counts: LiveRows["counts"] | undefined;
  state: RunState | undefined;
  isConnected: boolean;
  /** A mistake of the console itself. */
  problem: string | undefined;
}

let live: RunUpdates = {
  rows: [],
  counts: undefined,
  state: undefined,
  isConnected: false,
  problem: undefined,
};
const listeners = new Set<(now: RunUpdates) => void>();

function set(change: Partial<RunUpdates>): void {
  live = { ...live, ...change };
  for (const listener of listeners) listener(live);
}

/** Newest first; a row that is told again replaces the one it was. */
function merged(rows: readonly Summary[], now: readonly Summary[]): Summary[] {
  const incoming = new Map(rows.map((row) => [row.id, row]));
  const kept = now.map((row) => {
    const again = incoming.get(row.id);
    if (again) incoming.delete(row.id);
    return again ?? row;
  });
  return [...incoming.values(), ...kept].sort((a, b) => b.id - a.id).slice(0, MOST_ROWS);
}

export async function reload(): Promise<void> {
  const { rows, counts } = await ask<LiveRows>("GET", "/api/requests");
  set({ rows, counts });
}

export async function clear(): Promise<void> {
  await ask("DELETE", "/api/requests");
  set({ rows: [] });
}

export function start(): void {
  const source = new EventSource("/api/live");
  source.addEventListener("open", () => {
    set({ isConnected: true });
    // What happened while the line was down.
    void reload();
  });
  source.addEventListener("error", () => set({ isConnected: false }));
  source.addEventListener("rows", ({ data }: MessageEvent<string>) => {
    const { rows, counts } = JSON.parse(data) as LiveRows;
    set({ rows: merged(rows, live.rows), counts });
  });
  source.addEventListener("problem", ({ data }: MessageEvent<string>) => {
    set({ problem: (JSON.parse(data) as { message: string }).message });
  });
  source.addEventListener("state", ({ data }: MessageEvent<string>) => {
    set({ state: JSON.parse(data) as RunState });
  });
}

export function useLive(): RunUpdates {
  const [now, setNow] = useState(live);
  useEffect(() => {
    listeners.add(setNow);
    setNow(live);
    return () => {
      listeners.delete(setNow);
    };
  }, []);
  return now;
}
