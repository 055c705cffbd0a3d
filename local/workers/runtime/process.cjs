/** What would end or change the whole process of the local run ends only the worker that asked for it. */

/** As the shell names them. @type {Record<string, string>} */
const signalNames = { SIGKILL: "killed", SIGTERM: "terminated", SIGABRT: "aborted", SIGINT: "interrupt" };

/**
 * @param {string} taskRoot working directory of the function
 * @param {(reason: string) => never} end
 */
function ownProcess(taskRoot, end) {
  const kill = process.kill.bind(process);
  Object.assign(process, {
    cwd: () => taskRoot,
    abort: () => end("signal: aborted"),
    /**
     * @param {number} pid
     * @param {string | number} [signal]
     */
    kill: (pid, signal = "SIGTERM") => {
      if (pid !== process.pid || signal === 0) return kill(pid, signal);
      return end(`signal: ${signalNames[signal] ?? signal}`);
    },
  });
}

module.exports = { ownProcess };
