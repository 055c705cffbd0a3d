/** Finds the function that a name or an ARN means, as Lambda does. */
import { readArn } from "../../program/reading/arn.ts";
import { parseFunctionReference } from "../../program/reading/function-reference.ts";
import { ofType } from "../../program/reading/resources.ts";
import type { Recording } from "../../program/recording.ts";
import type { Functions, ServedFunction } from "./function-catalog.ts";
import { aliasesOf, FUNCTION, functionSettings, whyNotRunnable } from "./settings.ts";

const LATEST = "$LATEST";

export interface FoundFunction {
  served: ServedFunction;
  /** ARN as the caller meant it, with the qualifier. */
  arn: string;
  /** What the qualifier stands for, e.g. `3` or `$LATEST`. */
  version: string;
}

/** Lambda's error for a function that does not exist. */
export class ResourceNotFoundException extends Error {
  override name = "ResourceNotFoundException";
}

/** Lambda's error for a runtime that it does not run; here also for what only the cloud can run. */
export class InvalidRuntimeException extends Error {
  override name = "InvalidRuntimeException";
}

/** The function is declared and could be run here, but it does not load. */
export class FunctionNotLoaded extends Error {
  override name = "FunctionNotLoaded";
}

export function findFunction(
  reference: string,
  functions: Functions,
  recording: Recording,
  notLoaded?: ReadonlyMap<string, string>,
): FoundFunction {
  const { name, qualifier, region, account } = parseFunctionReference(reference);
  const served = functions.get(name);
  const reason = served ? undefined : notLoaded?.get(name);
  if (reason !== undefined) throw new FunctionNotLoaded(reason.trim());
  if (!served) throw whyNotFound(name, recording);
  const { arn } = served.settings;
  const own = readArn(arn);
  if ((region ?? own?.region) !== own?.region || (account ?? own?.account) !== own?.account)
    throw new ResourceNotFoundException(`Function not found: ${reference}. The program declares ${arn}.`);
  if (qualifier === undefined) return { served, arn, version: LATEST };
  const aliases = aliasesOf(name, recording);
  const known = [LATEST, ...aliases.flatMap((alias) => [alias.name, alias.version])];
  if (known.includes(qualifier)) {
    const version = aliases.find((alias) => alias.name === qualifier)?.version ?? qualifier;
    return { served, arn: `${arn}:${qualifier}`, version };
  }
  throw new ResourceNotFoundException(
    `Function not found: ${arn}:${qualifier}. It has: ${known.join(", ")}.`,
  );
}

/** Of each way to call a function that was used: to read a reference costs more than the rest of an invocation's start. */
export class FoundFunctions {
  readonly #known = new Map<string, FoundFunction & { recording: Recording }>();

  /** As `findFunction`, which throws where there is none. */
  find(
    reference: string,
    functions: Functions,
    recording: Recording,
    notLoaded: ReadonlyMap<string, string>,
  ): FoundFunction {
    const known = this.#known.get(reference);
    const isCurrent =
      known?.recording === recording && functions.get(known.served.settings.name) === known.served;
    if (known && isCurrent) return known;
    const found = findFunction(reference, functions, recording, notLoaded);
    this.#known.set(reference, { ...found, recording });
    return found;
  }
}

function whyNotFound(name: string, recording: Recording): Error {
  const declared = ofType(recording, FUNCTION).find(
    (resource) => functionSettings(resource, recording).name === name,
  );
  const reason = declared && whyNotRunnable(declared, recording);
  if (reason) return new InvalidRuntimeException(`Function ${name} cannot be run here: ${reason}.`);
  return new ResourceNotFoundException(`Function not found: ${name}. The program declares no such function.`);
}
