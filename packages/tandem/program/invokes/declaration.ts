/** What is asked for, in the form that the rules for made-up outputs take: the same question always gets the same answer. */

import type { Declaration } from "../outputs/declaration.ts";
import type { InvokeContext } from "./invoke-answer.ts";

export function declarationOf(
  type: string,
  asked: Record<string, unknown>,
  { region }: InvokeContext,
): Declaration {
  return {
    type,
    name: type.slice(type.lastIndexOf(":") + 1).toLowerCase(),
    seed: `${type} ${JSON.stringify(asked)}`,
    inputs: asked,
    region,
    find: () => undefined,
  };
}
