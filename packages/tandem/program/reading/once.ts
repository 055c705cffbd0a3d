import type { Recording } from "../recording.ts";

/** A reading that is made once for each recording, however often it is asked for: nothing changes a recording once it is made. */
export function oncePerRecording<T>(read: (recording: Recording) => T): (recording: Recording) => T {
  const made = new WeakMap<Recording, { reading: T }>();
  return (recording) => {
    const known = made.get(recording) ?? { reading: read(recording) };
    made.set(recording, known);
    return known.reading;
  };
}
