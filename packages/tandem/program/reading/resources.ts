/** Resources of a recording by their type and by what others call them: indexed once for each recording. */
import type { RecordedResource, Recording } from "../recording.ts";
import { oncePerRecording } from "./once.ts";
import { text } from "./value.ts";

/** Outputs by which others refer to a resource. */
const ADDRESSES = ["arn", "invokeArn", "name", "id", "url"];

const byType = oncePerRecording(({ resources }) => Map.groupBy(resources, ({ type }) => type));

const byAddress = oncePerRecording(({ resources }) => {
  const found = new Map<string, Map<string, RecordedResource>>();
  // What the program declares comes before what it only reads of the same name.
  for (const resource of [
    ...resources.filter(({ read }) => !read),
    ...resources.filter(({ read }) => read),
  ]) {
    const ofIts = found.get(resource.type) ?? new Map<string, RecordedResource>();
    found.set(resource.type, ofIts);
    for (const address of [resource.id, ...ADDRESSES.map((name) => text(resource.outputs[name]))])
      if (address !== undefined && !ofIts.has(address)) ofIts.set(address, resource);
  }
  return found;
});

/** In the order of registration, with those that the program only reads (`X.get`). */
export function ofType(recording: Recording, type: string): readonly RecordedResource[] {
  return byType(recording).get(type) ?? [];
}

/** In the order of registration, without those that the program only reads. */
export function declared(recording: Recording, type: string): RecordedResource[] {
  return ofType(recording, type).filter(({ read }) => !read);
}

/** The resource of a type that has the text for its ARN, name, id or URL. */
export function addressed(
  recording: Recording,
  type: string,
  address: string | undefined,
): RecordedResource | undefined {
  return address === undefined ? undefined : byAddress(recording).get(type)?.get(address);
}
