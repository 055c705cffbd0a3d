/** `npm run token`: mints a token that the JWT authorizers of the local run take. The token alone goes to stdout. */

import path from "node:path";
import { LocalIssuer } from "../../local/gateway/issuer/issuer.ts";
import { type DeclaredIssuer, jwtIssuers, tokenFor } from "../../local/gateway/issuer/jwt-issuers.ts";
import type { TokenUse } from "../../local/gateway/issuer/user-pools.ts";
import { StateFolder } from "../../local/state-folder.ts";
import { recordProgram } from "../../program/record-program.ts";
import { stackToRun } from "../../program/stack-files.ts";
import { UserError } from "../../shared/user-error.js";
import { parseDuration } from "../duration.ts";
import { common, parseOptions } from "../options.ts";

export async function main(args: string[], record = recordProgram): Promise<number> {
  const options = parseOptions("token", args, {
    stack: common.stackToRun,
    cwd: common.cwd,
    scope: { type: "list", does: "Scopes that the token has", default: [] },
    subject: { type: "string", does: "Whom the token speaks of", default: "me" },
    expires: { type: "string", does: "How long it holds, e.g. 30m", default: "1h" },
    use: { type: "string", does: "Of a user pool: access or id; access where scopes are given" },
    group: { type: "list", does: "Of a user pool: groups that the token names", default: [] },
    authorizer: { type: "string", does: "Authorizer that takes it, where there are several" },
    verbose: common.verbose,
  });
  const cwd = path.resolve(options.cwd);
  const scopes = options.scope.flatMap((scope) => scope.split(" ")).filter(Boolean);
  const expiresIn = parseDuration("--expires", options.expires);
  const use = useOf(options.use);
  const stack = options.stack ?? stackToRun(cwd);
  const recording = await record({ cwd, stack, bundle: false });
  const declared = choose(jwtIssuers(recording), options.authorizer, stack);
  if (!declared.pool && (use !== undefined || options.group.length > 0))
    throw new UserError(
      `--use and --group are for tokens of a user pool; ${declared.name} trusts ${declared.issuer}.`,
    );
  warnOfUnknownScopes(scopes, declared);
  const issuer = await LocalIssuer.open(new StateFolder(cwd, stack).folder("issuer"));
  const { subject, group: groups } = options;
  const token = await issuer.mint(tokenFor(declared, { subject, scopes, expiresIn, use, groups }));
  console.log(token);
  return 0;
}

function useOf(given: string | undefined): TokenUse | undefined {
  if (given === undefined || given === "access" || given === "id") return given;
  throw new UserError(`--use ${given}: a token is for access or id.`);
}

function choose(declared: DeclaredIssuer[], name: string | undefined, stack: string): DeclaredIssuer {
  const names = declared.map((issuer) => issuer.name).join(", ");
  if (declared.length === 0) {
    throw new UserError(
      `No route of stack ${stack} asks for a token: its program declares no JWT authorizer. Choose another stack with --stack.`,
    );
  }
  if (name === undefined && declared.length > 1) {
    throw new UserError(
      `Stack ${stack} has several JWT authorizers. Choose one with --authorizer: ${names}.`,
    );
  }
  const chosen = declared.find((issuer) => name === undefined || issuer.name === name);
  if (!chosen) throw new UserError(`--authorizer ${name}: stack ${stack} has ${names}.`);
  return chosen;
}

/** A token may carry any scope, but one that no route asks for is most likely a slip. */
function warnOfUnknownScopes(scopes: string[], { scopes: asked }: DeclaredIssuer): void {
  const unknown = scopes.filter((scope) => !asked.includes(scope));
  if (unknown.length === 0) return;
  const known = asked.length > 0 ? `routes ask for ${asked.join(", ")}` : "no route asks for a scope";
  console.error(`No route asks for ${unknown.join(", ")}: ${known}.`);
}
