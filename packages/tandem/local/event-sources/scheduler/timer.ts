/** Waits for a point in time, however far away it is, and also when the machine slept in between. */

/** Timers drift while a laptop sleeps and take no more than 24 days; so the clock is looked at again every minute. */
const LOOK_AGAIN_MS = 60_000;

/** Calls back once at `time`, or soon after. Gives the function that calls it off. */
export function callAt(time: Date, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = () => {
    const left = time.getTime() - Date.now();
    if (left <= 0) callback();
    else timer = setTimeout(wait, Math.min(left, LOOK_AGAIN_MS));
  };
  timer = setTimeout(wait, Math.min(Math.max(0, time.getTime() - Date.now()), LOOK_AGAIN_MS));
  return () => clearTimeout(timer);
}
