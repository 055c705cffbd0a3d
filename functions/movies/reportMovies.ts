/** Writes a summary of each year into the table of reports. Run twice, it writes the same. */
import type { Context, ScheduledEvent } from "aws-lambda";
import { environment } from "../environment.ts";
import { logger } from "../telemetry/logger.ts";
import { count } from "../telemetry/metrics.ts";
import { allMovies } from "./all-movies.ts";
import { BATCH_SIZE, writeBatch } from "./write-batches.ts";
import { toReport, YearSummaries } from "./year-summaries.ts";

const reports = environment("REPORTS_TABLE");

export async function handler(event: Partial<ScheduledEvent>, context: Context): Promise<void> {
  logger.addContext(context);
  const summaries = new YearSummaries();
  // The time of the schedule, which a retry repeats; called by hand there is none.
  const generatedAt = event.time ?? new Date().toISOString();
  for await (const movie of allMovies()) summaries.add(movie);
  const items = summaries.all().map((summary) => toReport(summary, generatedAt));
  for (let first = 0; first < items.length; first += BATCH_SIZE) {
    await writeBatch(reports, items.slice(first, first + BATCH_SIZE));
  }
  logger.info("years reported", { years: items.length });
  count({ Reported: items.length }, context.functionName);
}
