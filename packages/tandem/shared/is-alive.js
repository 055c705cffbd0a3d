/**
 * Whether a process of this machine is there, whoever's it is. Plain JavaScript without dependencies, as in `tandem.js`.
 * @param {number} pid
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
