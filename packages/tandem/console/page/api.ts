/** Asks the console's own API. */
import { useCallback, useEffect, useState } from "preact/hooks";

/** `body`: a file is sent as it is, everything else as JSON. */
export async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, { method, ...sent(body) });
  const answer = (await response.json()) as T & { message?: string };
  if (response.ok) return answer;
  throw new Error(answer.message ?? `The console answered ${response.status}.`);
}

function sent(body: unknown): Pick<RequestInit, "body" | "headers"> {
  if (body === undefined) return {};
  if (body instanceof Blob) return { body };
  return { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

export interface Loaded<T> {
  value: T | undefined;
  error: string | undefined;
  again(): void;
}

/** The answer, asked anew when the path changes, on `again`, and every so many milliseconds where that is given. */
export function useAsk<T>(path: string | undefined, every?: number): Loaded<T> {
  const [state, setState] = useState<{ path?: string; value?: T; error?: string }>({});
  const [turn, setTurn] = useState(0);
  const again = useCallback(() => setTurn((now) => now + 1), []);
  useEffect(() => {
    if (path === undefined) return undefined;
    let isCurrent = true;
    const load = () =>
      ask<T>("GET", path).then(
        (value) => isCurrent && setState({ path, value }),
        ({ message }: Error) => isCurrent && setState({ path, error: message }),
      );
    void load();
    const timer = every === undefined ? undefined : setInterval(load, every);
    return () => {
      isCurrent = false;
      clearInterval(timer);
    };
  }, [path, turn, every]);
  const isOfPath = state.path === path;
  return { value: isOfPath ? state.value : undefined, error: isOfPath ? state.error : undefined, again };
}
