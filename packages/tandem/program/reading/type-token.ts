/** Pulumi's type tokens: `aws:lambda/function:Function`. */
export interface TypeToken {
  provider: string;
  /** `lambda/function`; `index/…` where the SDK has it at its root. */
  module: string;
  /** `Function` */
  name: string;
}

export function readTypeToken(type: string): TypeToken {
  const [provider = "", module = "", name = ""] = type.split(":");
  return { provider, module, name };
}

/** The part of an SDK that a type stands in, e.g. `lambda`; `index` for its root. */
export function areaOf({ module }: TypeToken): string {
  return module.split("/")[0] ?? "";
}
