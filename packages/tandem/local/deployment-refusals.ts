/** What AWS refuses when a program is deployed: here it ends the start, or with `keepGoing` it is said once and the rest is served. */
import { UserError } from "../shared/user-error.js";

export class DeploymentRefusals {
  readonly #keepGoing: boolean;
  readonly #reported = new Set<string>();

  constructor(keepGoing = false) {
    this.#keepGoing = keepGoing;
  }

  /** A sentence a mistake, with the name of what it is a mistake of. */
  report(refusals: readonly string[], log: (line: string) => void): void {
    if (refusals.length === 0) return;
    if (!this.#keepGoing) throw new UserError(["AWS would refuse:", ...refusals].join("\n  "));
    for (const line of refusals.filter((one) => !this.#reported.has(one))) log(`AWS would refuse: ${line}`);
    for (const line of refusals) this.#reported.add(line);
  }
}
