import { after } from "../standing-clock.ts";

/** The value, or undefined when it does not come in time. What was started goes on. */
export function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = after(milliseconds, () => resolve(undefined));
    promise.then(resolve, reject).finally(cancel);
  });
}
