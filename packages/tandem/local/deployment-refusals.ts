/** What AWS refuses when a program is deployed: here it ends the start, or with `keepGoing` it is said once and the rest is served. */
import { UserError } from "../shared/user-error.js";

export class DeploymentRefusals {
  readonly #keepGoing: boolean;
  /** Said of the program as it is, and of the one before it. */
  #reported = new Set<string>();
  #before: ReadonlySet<string> = new Set();

  constructor(keepGoing = false) {
    this.#keepGoing = keepGoing;
  }

  /** The program has changed: what it no longer has is said again should it come back. */
  next(): void {
    this.#before = this.#reported;
    this.#reported = new Set();
  }

  /** A sentence a mistake, with the name of what it is a mistake of. */
  report(refusals: readonly string[], log: (line: string) => void): void {
    if (refusals.length === 0) return;
    if (!this.#keepGoing) throw new UserError(["AWS would refuse:", ...refusals].join("\n  "));
    const isReported = (line: string) => this.#reported.has(line) || this.#before.has(line);
    for (const line of refusals.filter((one) => !isReported(one))) log(`AWS would refuse: ${line}`);
    for (const line of refusals) this.#reported.add(line);
  }
}
