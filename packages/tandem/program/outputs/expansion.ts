/**
 * Remote components are expanded by plugins that do not run here, so their children are made up: what the program reads of
 * them exists, but they are not recorded as declared.
 */
import { type Declaration, Named, type Rules } from "./declaration.ts";

/** A resource that a component makes; `key` names it within the component. */
export class Implied {
  readonly type: string;
  readonly key: string;
  readonly outputs: Record<string, unknown>;

  constructor(type: string, key: string, outputs: Record<string, unknown>) {
    this.type = type;
    this.key = key;
    this.outputs = outputs;
  }
}

/** Outputs of a component; the resources it makes stand anywhere among them. */
export type Expansion = Record<string, unknown>;

/** Makes one of a component's resources up. */
export type Make = (type: string, key: string, inputs?: Record<string, unknown>) => Implied;

export type Expand = (declaration: Declaration, make: Make) => Expansion;

/** @param rules outputs of the resources that components make, by type */
export function makerFor(declaration: Declaration, rules: Rules): Make {
  return (type, key, inputs = {}) => {
    const rule = rules[type];
    if (rule === undefined) throw new Error(`There is no rule for the outputs of ${type}`);
    const seed = `${declaration.seed}/${type}/${key}`;
    const outputs = rule(new Named({ ...declaration, type, name: key, seed, inputs }));
    return new Implied(type, key, { ...inputs, ...outputs });
  };
}
