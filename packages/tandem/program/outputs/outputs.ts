/**
 * Makes up what a cloud would answer once a resource is there: its id, its ARN, its addresses. The same declaration always
 * gets the same answer. ARNs are exact, since permissions are judged against them.
 */

import { areaOf, readTypeToken } from "../reading/type-token.ts";
import { apiGateway } from "./api-gateway.ts";
import { atlas } from "./atlas.ts";
import { compute } from "./compute.ts";
import { type Declaration, Named, type Rule, type Rules } from "./declaration.ts";
import { events } from "./events.ts";
import { generated } from "./generated.ts";
import { identity } from "./identity.ts";
import { lambda } from "./lambda.ts";
import { monitoring } from "./monitoring.ts";
import { network } from "./network.ts";
import { storage } from "./storage.ts";

export interface MadeUp {
  id: string;
  outputs: Record<string, unknown>;
}

/** Outputs that a real preview knows already, because the provider plans them. */
export const PLANNED: ReadonlySet<string> = new Set(["name", "bucket", "region"]);

export const RULES: Rules = {
  ...lambda,
  ...apiGateway,
  ...storage,
  ...events,
  ...identity,
  ...monitoring,
  ...network,
  ...compute,
  ...atlas,
  ...generated,
};

/** @param id of a resource that is read or imported, which keeps it; empty for a new one */
export function makeUpOutputs(declaration: Declaration, id: string): MadeUp {
  const rule = RULES[declaration.type] ?? otherwise(declaration.type);
  const { id: made, ...outputs } = rule(new Named(declaration));
  return { id: id === "" ? String(made) : id, outputs: withoutInputs(outputs, declaration.inputs) };
}

/** What the program declared stands; a made-up object may add to a declared one. */
function withoutInputs(
  outputs: Record<string, unknown>,
  inputs: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).filter(([key, value]) => inputs[key] === undefined || typeof value === "object"),
  );
}

/** Types in no table still have an id and a name; an ARN only where they are AWS's, in its most common form. */
function otherwise(type: string): Rule {
  const token = readTypeToken(type);
  return (it) => {
    const name = it.physicalName();
    const arn = () => it.arn(areaOf(token), name);
    if (token.provider === "aws") return { id: name, name, arn: arn() };
    // Cloud Control calls the ARN by one of three names, after the type's schema.
    const own = `${token.name.charAt(0).toLowerCase()}${token.name.slice(1)}Arn`;
    if (token.provider === "aws-native")
      return { id: name, name, arn: arn(), resourceArn: arn(), [own]: arn() };
    return { id: name, name };
  };
}
