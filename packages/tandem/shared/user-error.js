/**
 * A mistake of the person or of the surroundings, the one class of them: a command shows its message alone, without a stack, and
 * ends with exit code 1. Plain JavaScript without dependencies, because `cli/tandem.js` throws it before anything is installed.
 */
export class UserError extends Error {
  /** @override */
  name = "UserError";
}
