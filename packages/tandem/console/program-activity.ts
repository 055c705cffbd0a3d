/** How often what the program declares was called in the last hour, and how often that failed: for its picture. */
import { MONGODB } from "../local/workers/mongodb-reports.ts";
import { functionSettings } from "../local/workers/settings.ts";
import { text } from "../program/reading/value.ts";
import type { RecordedResource, Recording } from "../program/recording.ts";
import type { Activities, Activity } from "../review/graph/draw-architecture.ts";
import type { Endpoint } from "../review/program-view/routes.ts";
import { FUNCTION } from "../review/program-view/view.ts";
import { OWN, ROUTE_COUNTS, STORE_COUNTS } from "./cloudwatch/measured.ts";
import type { Dimensions, MetricStore } from "./cloudwatch/metric-store.ts";
import { lastHour, numbersOf } from "./numbers.ts";

const FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl";

export class ProgramActivity implements Activities {
  readonly #recording: Recording;
  readonly #metrics: MetricStore;

  constructor(recording: Recording, metrics: MetricStore) {
    this.#recording = recording;
    this.#metrics = metrics;
  }

  ofResource(resource: RecordedResource): Activity | undefined {
    if (resource.type === FUNCTION) {
      const { invocations, errors } = numbersOf(this.#metrics, this.#nameOf(resource));
      return { calls: invocations, failures: errors };
    }
    // All clusters of a program are one server here.
    const store = resource.type.startsWith("mongodbatlas:") ? MONGODB : text(resource.outputs.arn);
    return store === undefined ? undefined : this.#counted(OWN, STORE_COUNTS, { Resource: store });
  }

  ofEndpoint({ api, route, source, function: behind }: Endpoint): Activity | undefined {
    if (source.type === FUNCTION_URL) {
      const names = { calls: "UrlRequestCount", failures: "Url5xxCount" };
      return behind && this.#counted("AWS/Lambda", names, { FunctionName: this.#nameOf(behind) });
    }
    const id = text(api.outputs.id) ?? api.id;
    return id === undefined ? undefined : this.#counted(OWN, ROUTE_COUNTS, { ApiId: id, Route: route });
  }

  #nameOf(resource: RecordedResource): string {
    return functionSettings(resource, this.#recording).name;
  }

  #counted(namespace: string, names: Record<keyof Activity, string>, dimensions: Dimensions): Activity {
    const sum = (name: string) => lastHour(this.#metrics, namespace, name, dimensions)?.sum ?? 0;
    return { calls: sum(names.calls), failures: sum(names.failures) };
  }
}
