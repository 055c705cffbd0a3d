/** From the SDK's requests to the recorded form of a resource, before anything is made up for it. */
import type { ReadResourceRequest, RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { RecordedResource } from "./recording.ts";
import { type AliasRequest, aliasUrns } from "./urns.ts";
import { type Folders, valuesFromWire } from "./values.ts";

/** @param parent undefined for what stands directly in the stack */
export function recordedRegistration(
  urn: string,
  request: RegisterResourceRequest,
  parent: RecordedResource | undefined,
  folders: Folders,
): RecordedResource {
  const hooks = hookNames(request);
  return {
    ...common(urn, request, request.getObject(), folders),
    custom: request.getCustom(),
    remote: request.getRemote(),
    read: false,
    // The SDK itself hands protection down to children; this option it leaves to the engine.
    protect: request.getProtect() === true,
    retainOnDelete: hasRetainOnDelete(request)
      ? request.getRetainondelete() === true
      : (parent?.retainOnDelete ?? false),
    propertyDependencies: propertyDependencies(request),
    aliases: aliasUrns(urn, parent?.urn, request.getAliasesList() as AliasRequest[], parent?.aliases ?? []),
    ignoreChanges: request.getIgnorechangesList(),
    ...(hooks.length === 0 ? {} : { hooks }),
    ...replacementOptions(request),
  };
}

/** What the program says of how the resource is replaced, deleted and waited for. */
function replacementOptions(
  request: RegisterResourceRequest,
): Pick<RecordedResource, "deleteBeforeReplace" | "replaceOnChanges" | "deletedWith" | "customTimeouts"> {
  const replaceOnChanges = request.getReplaceonchangesList();
  const deletedWith = request.getDeletedwith();
  const limits = request.getCustomtimeouts();
  const timeouts = Object.entries({
    create: limits?.getCreate(),
    update: limits?.getUpdate(),
    delete: limits?.getDelete(),
  }).flatMap(([key, limit]) => (limit ? [[key, limit] as const] : []));
  return {
    ...(request.getDeletebeforereplacedefined() && { deleteBeforeReplace: request.getDeletebeforereplace() }),
    ...(replaceOnChanges.length > 0 && { replaceOnChanges: [...replaceOnChanges].sort() }),
    ...(deletedWith !== "" && { deletedWith }),
    ...(timeouts.length > 0 && { customTimeouts: Object.fromEntries(timeouts) }),
  };
}

export function recordedRead(urn: string, request: ReadResourceRequest, folders: Folders): RecordedResource {
  return {
    ...common(urn, request, request.getProperties(), folders),
    custom: true,
    remote: false,
    read: true,
    protect: false,
    retainOnDelete: false,
    propertyDependencies: {},
    aliases: [],
    ignoreChanges: [],
  };
}

function common(
  urn: string,
  request: RegisterResourceRequest | ReadResourceRequest,
  properties: Struct | undefined,
  folders: Folders,
) {
  const inputs = valuesFromWire(properties?.toJavaScript() ?? {}, folders);
  const provider = request.getProvider();
  const parent = request.getParent();
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    ...(parent === "" ? {} : { parent }),
    inputs,
    outputs: { ...inputs },
    dependencies: request.getDependenciesList().sort(),
    ...(provider === "" ? {} : { provider }),
  };
}

function propertyDependencies(request: RegisterResourceRequest): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((dependencies, property) => {
    const urns = dependencies.getUrnsList();
    if (urns.length > 0) found[property] = urns.sort();
  });
  return found;
}

/** An older SDK cannot tell "false" from "not said". */
export function hasRetainOnDelete(request: RegisterResourceRequest): boolean {
  return request.hasRetainondelete?.() ?? request.getRetainondelete() === true;
}

/** Of an SDK of any age: hooks came with one version, those of errors with a later one. */
type Hooks = NonNullable<ReturnType<RegisterResourceRequest["getHooks"]>>;
type HooksOfAnyAge = Omit<Hooks, "getOnErrorList"> & Partial<Pick<Hooks, "getOnErrorList">>;

function hookNames(request: { getHooks?(): HooksOfAnyAge | undefined }): string[] {
  const hooks = request.getHooks?.();
  if (hooks === undefined) return [];
  return [
    hooks.getBeforeCreateList(),
    hooks.getAfterCreateList(),
    hooks.getBeforeUpdateList(),
    hooks.getAfterUpdateList(),
    hooks.getBeforeDeleteList(),
    hooks.getAfterDeleteList(),
    hooks.getOnErrorList?.() ?? [],
  ].flat();
}
