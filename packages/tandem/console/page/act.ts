/** Something that a person does to the run: asked once at a time, and what went wrong is said. */
import { useState } from "preact/hooks";
import { ask } from "./api.ts";

export interface Acting {
  /** Whether it went well. */
  act(method: string, path: string, body?: unknown): Promise<boolean>;
  isBusy: boolean;
  problem: string;
  setProblem(problem: string): void;
}

export function useAct(): Acting {
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const act = async (method: string, path: string, body?: unknown) => {
    setIsBusy(true);
    setProblem("");
    try {
      await ask(method, path, body);
      return true;
    } catch (error) {
      setProblem((error as Error).message);
      return false;
    } finally {
      setIsBusy(false);
    }
  };
  return { act, isBusy, problem, setProblem };
}

/** Undefined where it is no JSON object; then it is said. */
export function readJson(text: string, say: (problem: string) => void): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
    say("It has to be a JSON object: { … }.");
  } catch (error) {
    say(`It is no JSON: ${(error as Error).message}`);
  }
  return undefined;
}
