/** Objects whose keys come from a caller. */

/** Sets a key, also `__proto__`, which a plain assignment would take for the prototype. */
export function putField<T>(target: Record<string, T>, name: string, value: T): void {
  if (name === "__proto__") {
    Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
  } else {
    target[name] = value;
  }
}
