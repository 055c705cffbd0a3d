/**
 * A mistake of the person at the terminal, as code that runs before any package is there tells it: shown without a stack.
 * @param {string} message
 */
export function userError(message) {
  return Object.assign(new Error(message), { name: "UserError" });
}
