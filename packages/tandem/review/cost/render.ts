/** A bill as a table for the terminal. */
import { paint, table } from "../../shared/terminal.ts";
import type { AlwaysOn } from "./always-on.ts";
import { type Assumed, type AssumptionName, assumptions } from "./assumptions.ts";
import type { Bill, BillLine, Ceiling } from "./bill.ts";
import { dollars, SECONDS } from "./units.ts";

export interface Estimate {
  bill: Bill;
  assumed: Assumed;
  /** Absent where there is no comparison to draw. */
  servers: AlwaysOn | undefined;
}

const DRIVERS = 3;

export function renderEstimate({ bill, assumed, servers }: Estimate): string {
  const { stack, region, pricesOf, lines, unpriced, ceilings, total, freeTier } = bill;
  return [
    paint("bold", `${stack}: ${unpriced.length > 0 ? "at least " : ""}${dollars(total)} a month`),
    `List prices of ${region} as of ${pricesOf}, without taxes; the free tier takes off ${dollars(freeTier)}.`,
    "",
    ...table([["service", "item", "quantity", "list", "free tier", "cost"], ...lines.map(row)]),
    "",
    paint("bold", "what drives it"),
    ...table(drivers(bill).map(({ service, item, cost }) => [`${service}, ${item}`, percent(cost / total)])),
    ...(ceilings.length === 0 ? [] : ["", paint("bold", "what may grow by itself")]),
    ...table(ceilings.map(ceilingRow)),
    ...(unpriced.length === 0 ? [] : ["", paint("bold", "not in this bill")]),
    ...table(unpriced.map(({ type, names, reason }) => [type, names.join(", "), reason])),
    "",
    paint("bold", "an always-on server"),
    `  ${serverText(servers)}`,
    "",
    paint("bold", "assumed (each is an option)"),
    ...table(assumptionRows(assumed)),
  ].join("\n");
}

function ceilingRow({ service, item, largest, from, to }: Ceiling): string[] {
  return [`${service}, ${item}`, `${dollars(from)} → ${dollars(to)} a month at its largest, ${largest}`];
}

function row({ service, item, quantity, unit, list, free, cost }: BillLine): string[] {
  return [
    service,
    item,
    `${rounded(quantity)} ${unit}`,
    dollars(list),
    free === 0 ? "" : `−${dollars(free)}`,
    dollars(cost),
  ];
}

export function drivers({ lines }: Bill): BillLine[] {
  return lines
    .filter(({ cost }) => cost > 0)
    .sort((a, b) => b.cost - a.cost)
    .slice(0, DRIVERS);
}

export function serverText(alwaysOn: AlwaysOn | undefined): string {
  if (alwaysOn === undefined)
    return "not compared: what has no price may cost more than all that is in this bill.";
  const { instance, servers, month, requests } = alwaysOn;
  const what = `${servers} × ${instance} with a load balancer cost ${dollars(month)} a month`;
  if (requests === undefined)
    return `${what}; for this program functions stay cheaper at every load that they can take.`;
  const perSecond = rounded(requests / SECONDS);
  return `${what}: cheaper than functions and API from ${requests.toLocaleString("en")} requests a month on (${perSecond} a second on average).`;
}

function assumptionRows(assumed: Assumed): string[][] {
  const rows = (Object.keys(assumptions) as AssumptionName[]).map((name) => [
    `--${name} ${assumed[name]}`,
    assumptions[name].meaning,
  ]);
  const durations = Object.entries(assumed.durations).map(
    ([name, milliseconds]) => `${name}=${milliseconds}`,
  );
  return [
    ...rows,
    [`--durations ${durations.join(",")}`, "milliseconds of single functions, e.g. importOrders=5000"],
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function rounded(quantity: number): string {
  return quantity.toLocaleString("en", { maximumSignificantDigits: 4 });
}
