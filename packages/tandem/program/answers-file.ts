/**
 * `recording.yaml` beside Pulumi.yaml, for programs that ask a cloud: what other stacks' outputs are and what functions of
 * providers answer. A program that asks nothing needs none.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../shared/json.ts";
import { UserError } from "../shared/user-error.js";
import type { GivenAnswer } from "./invokes/invoke-answer.ts";
import type { StackReferences } from "./stack-references.ts";
import { readYamlFile } from "./yaml-file.ts";

export interface GivenAnswers {
  /** Full name of a stack → its outputs. */
  stackReferences: StackReferences;
  /** Token of a function → its answer, or one for each case of its arguments. */
  invokes: Record<string, GivenAnswer>;
  /** The file they stand in, where there is one. */
  file?: string;
}

/** @param root folder of Pulumi.yaml */
export function readAnswersFile(root: string): GivenAnswers {
  const answers: Omit<GivenAnswers, "file"> = { stackReferences: {}, invokes: {} };
  const path = join(root, "recording.yaml");
  if (!existsSync(path)) return answers;
  const file = readYamlFile(path);
  for (const [key, value] of Object.entries(file.content)) {
    if (!(key in answers)) {
      throw new UserError(
        `${file.place(key)}: unknown key ${key}; there are ${Object.keys(answers).join(" and ")}`,
      );
    }
    if (!isObject(value)) throw new UserError(`${file.place(key)}: expected names with objects under ${key}`);
    for (const [name, answer] of Object.entries(value)) {
      if (isObject(answer) || (key === "invokes" && isCases(answer))) continue;
      const cases = key === "invokes" ? ", or a list of { when: { … }, answer: { … } }" : "";
      throw new UserError(`${file.place(key, name)}: expected an object under ${name}${cases}`);
    }
    answers[key as keyof typeof answers] = value as never;
  }
  return { ...answers, file: path };
}

function isCases(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((item) => isObject(item) && isObject(item.when) && isObject(item.answer))
  );
}
