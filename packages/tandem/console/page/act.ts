/** Something that a person does to the run: asked once at a time, and what went wrong is said. */
import { useState } from "preact/hooks";
import { isObject, type JsonObject, parseExactly } from "../../shared/json.ts";
import { ask } from "./api.ts";

export interface Acting {
  /** The answer; undefined where it went wrong. */
  act<T = object>(method: string, path: string, body?: unknown): Promise<T | undefined>;
  isBusy: boolean;
  problem: string;
  setProblem(problem: string): void;
}

export function useAct(): Acting {
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const act = async <T = object>(method: string, path: string, body?: unknown) => {
    setIsBusy(true);
    setProblem("");
    try {
      return await ask<T>(method, path, body);
    } catch (error) {
      setProblem((error as Error).message);
      return undefined;
    } finally {
      setIsBusy(false);
    }
  };
  return { act, isBusy, problem, setProblem };
}

/** Undefined where it is no JSON object; then it is said. */
export function readJson(text: string, setProblem: (problem: string) => void): JsonObject | undefined {
  try {
    const value = parseExactly(text);
    if (isObject(value)) return value;
    setProblem("It has to be a JSON object: { … }.");
  } catch (error) {
    setProblem(`It is no JSON: ${(error as Error).message}`);
  }
  return undefined;
}
