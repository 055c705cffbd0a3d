/** The clock of all time-outs of a run: it stands still while a person looks at a function that a debugger holds. */

let holds = 0;
let since = 0;
let stood = 0;

/** Milliseconds, to be compared with each other. */
export function now(): number {
  return (holds > 0 ? since : performance.now()) - stood;
}

/** `performance.now()` of the moment for which `now()` has just given this. */
export function byMachine(moment: number): number {
  return holds > 0 ? performance.now() : moment + stood;
}

export function isPaused(): boolean {
  return holds > 0;
}

/** @returns lets it go on; of several holds the last one does */
export function pause(): () => void {
  if (holds === 0) since = performance.now();
  holds++;
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    holds--;
    if (holds === 0) stood += performance.now() - since;
  };
}

/** Calls when so many milliseconds have gone by on this clock. @returns cancels it */
export function after(milliseconds: number, call: () => void): () => void {
  const began = now();
  let timer: NodeJS.Timeout;
  const look = () => {
    const left = milliseconds - (now() - began);
    if (left <= 0) call();
    else timer = setTimeout(look, Math.min(LONGEST_TIMER_MS, Math.max(left, isPaused() ? LOOK_MS : 1)));
  };
  timer = setTimeout(look, Math.min(LONGEST_TIMER_MS, milliseconds));
  return () => clearTimeout(timer);
}

/** How often a clock that stands is looked at. */
const LOOK_MS = 50;
/** A timer of more than 24 days would call at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The value, or undefined when it does not come in time. What was started goes on. */
export function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = after(milliseconds, () => resolve(undefined));
    promise.then(resolve, reject).finally(cancel);
  });
}
