/** `npm run help`: lists the commands, or explains one. */

import path from "node:path";
import { developersCheckout } from "../../shared/own-project.ts";
import { checkout, sibling } from "../../shared/places.js";
import { table } from "../../shared/terminal.ts";
import { UserError } from "../../shared/user-error.js";
import { writeByRename } from "../../shared/write-by-rename.ts";
import { allCommands, type CommandHelp, commandsPage, npmCommand } from "../all-commands.ts";
import { asTyped } from "../as-typed.js";
import { common, parseOptions } from "../options.ts";

const PAGE = "packages/tandem/docs/commands.md";

export async function main(args: string[]): Promise<number> {
  const options = parseOptions(
    "help",
    args,
    { page: { type: "boolean", does: `Write ${PAGE} anew`, default: false }, verbose: common.verbose },
    1,
  );
  const [asked] = options.positionals;
  const commands = Object.entries<CommandHelp>(allCommands);
  if (asked === undefined) {
    if (options.page)
      writeByRename(path.join(developersCheckout("npm run help -- --page"), PAGE), commandsPage());
    const here = commands.filter(([, { isForDevelopers }]) => checkout !== undefined || !isForDevelopers);
    console.log(table(here.map(([, help]) => [asTyped(npmCommand(help)), help.does])).join("\n"));
    console.log(asTyped("\nEach is explained by: npm run help -- <command>, e.g. npm run help -- start"));
    return 0;
  }
  const known = commands.map(([, { script }]) => script);
  const [name] =
    commands.find(([file, { script }]) => asked === script || asked === file) ?? refuse(asked, known);
  const command = (await import(sibling(import.meta.url, `./${name}`).href)) as {
    main(args: string[]): Promise<number>;
  };
  return command.main(["--help"]);
}

function refuse(asked: string, known: string[]): never {
  throw new UserError(`There is no command ${JSON.stringify(asked)}. There are: ${known.join(", ")}.`);
}
