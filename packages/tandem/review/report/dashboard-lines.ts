/** A changed dashboard as a reader sees it: which graphs win or lose what, not which of hundreds of values stand elsewhere. */

import { plainObject, textOf } from "../../program/reading/value.ts";
import type { Value } from "../../program/recording.ts";
import type { PropertyChange } from "../diff/diff.ts";
import { listed } from "./entry.ts";
import { type Line, line } from "./line.ts";

export const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";

const WIDGET = /^dashboardBody\.widgets\[([^\]]*)\](.*)$/;
const POSITION = /^\.(x|y|width|height)$/;
const ROW = /^\.properties\.metrics\[[^\]]*\](?:\[\d+\]|\[id=[^\]]*\])?$/;
/** Rows count themselves: where one comes, the others are renumbered. */
const NUMBER = /^\.properties\.metrics\[[^\]]*\]\[\d+\]\.(id|expression)$/;

/** Undefined where something changed besides the widgets. */
export function dashboardLines(properties: readonly PropertyChange[]): Line[] | undefined {
  const inWidgets = properties.flatMap((property) => {
    const [, widget, rest] = WIDGET.exec(property.path) ?? [];
    return widget === undefined || rest === undefined ? [] : [{ widget, rest, property }];
  });
  if (inWidgets.length < properties.length) return undefined;
  const whole = inWidgets.filter(({ rest }) => rest === "").map(({ property }) => property);
  const parts = Map.groupBy(
    inWidgets.filter(({ rest }) => rest !== ""),
    ({ widget }) => widget,
  );
  const graphs = [...parts.values()].map(graphOf);
  return [
    ...wholeLines(whole),
    ...rowLines(
      "win",
      graphs.map(({ won }) => won),
    ),
    ...rowLines(
      "lose",
      graphs.map(({ lost }) => lost),
    ),
    ...counted(graphs.filter(({ other }) => other).length, "differs otherwise", "differ otherwise"),
    ...counted(
      graphs.filter(({ moved, won, lost, other }) => moved && !won && !lost && !other).length,
      "moves",
      "move",
    ),
  ];
}

interface Graph {
  won?: string;
  lost?: string;
  moved: boolean;
  other: boolean;
}

function graphOf(changes: { rest: string; property: PropertyChange }[]): Graph {
  const [won, lost] = [new Set<string>(), new Set<string>()];
  let [moved, other, hidden] = [false, false, false];
  for (const { rest, property } of changes) {
    if (POSITION.test(rest) || NUMBER.test(rest)) moved = true;
    else if (ROW.test(rest)) {
      const { before, after } = property;
      // What is only reckoned with comes and goes with the row that is drawn from it.
      if ([before, after].some(isHidden)) {
        hidden = true;
        continue;
      }
      if (before !== undefined) lost.add(rowName(before));
      if (after !== undefined) won.add(rowName(after));
    } else other = true;
  }
  const only = (names: Set<string>, others: Set<string>) =>
    [...names]
      .filter((name) => !others.has(name))
      .sort()
      .join(", ");
  // A row that only says something else of the same thing is neither won nor lost.
  const [winning, losing] = [only(won, lost), only(lost, won)];
  const changed = winning + losing === "" && (won.size > 0 || hidden);
  return {
    moved,
    other: other || changed,
    ...(winning && { won: winning }),
    ...(losing && { lost: losing }),
  };
}

function isHidden(row: Value | undefined): boolean {
  return Array.isArray(row) && row.some((item) => plainObject(item)?.visible === false);
}

/** A row is namespace, metric, dimensions in pairs, and how it is drawn: its label says whose it is, else its last dimension. */
function rowName(row: Value): string {
  if (typeof row === "string") return row;
  const items = Array.isArray(row) ? row : [row];
  const drawn = items.map(plainObject).find((item) => item !== undefined);
  const texts = items.filter((item) => typeof item === "string");
  const label =
    textOf(drawn?.label) ?? texts[texts.length >= 4 ? texts.length - 1 : -1] ?? textOf(drawn?.expression);
  return label ?? JSON.stringify(row);
}

function rowLines(verb: "win" | "lose", names: (string | undefined)[]): Line[] {
  const groups = Map.groupBy(names, (name) => name);
  groups.delete(undefined);
  return [...groups].map(
    ([name = "", graphs]) =>
      line`${[graphs.length === 1 ? `1 graph ${verb}s ` : `${graphs.length} graphs ${verb} `]}${name}`,
  );
}

function wholeLines(properties: readonly PropertyChange[]): Line[] {
  const titles = (values: (Value | undefined)[]) =>
    values.flatMap((value) => (value === undefined ? [] : [titleOf(value)]));
  const [gone, come] = [
    titles(properties.map(({ before }) => before)),
    titles(properties.map(({ after }) => after)),
  ];
  return [
    ...(come.length > 0 ? [[`${come.length} new: `, ...listed(come, 4)]] : []),
    ...(gone.length > 0 ? [[`${gone.length} gone: `, ...listed(gone, 4)]] : []),
  ];
}

function titleOf(widget: Value): string {
  const properties = plainObject(plainObject(widget)?.properties) ?? {};
  const { title, markdown } = properties;
  return [title, markdown].find((text) => typeof text === "string")?.split("\n")[0] ?? "without a title";
}

function counted(count: number, one: string, many: string): Line[] {
  return count === 0 ? [] : [[count === 1 ? `1 ${one}` : `${count} ${many}`]];
}
