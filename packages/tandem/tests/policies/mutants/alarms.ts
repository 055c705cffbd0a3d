import type { Recording } from "../../../program/recording.ts";
import { find, type Mutants, remove, set } from "../support/mutant.ts";

const ALARM_TYPE = "aws:cloudwatch/metricAlarm:MetricAlarm";

const noAlarm = (name: string) => (recording: Recording) => remove(recording, ALARM_TYPE, name);
const inAlarm =
  (name: string, path: string, value: string | number | boolean | []) => (recording: Recording) =>
    set(find(recording, ALARM_TYPE, name), path, value);

export const alarmsMutants: Mutants = {
  "alarms/errors": [
    { change: "nobody is told of errors", mutate: noAlarm("monitoring-readPlants-errors") },
    {
      change: "half of the calls may fail",
      mutate: inAlarm("monitoring-readPlants-errors", "threshold", 50),
    },
  ],
  "alarms/throttles": [
    { change: "nobody is told of throttles", mutate: noAlarm("monitoring-readPlants-throttles") },
  ],
  "alarms/duration": [
    { change: "nobody is told of slowness", mutate: noAlarm("monitoring-readPlants-duration") },
    {
      change: "slowness is told when it is too late",
      mutate: inAlarm("monitoring-readPlants-duration", "threshold", 10_000),
    },
    {
      change: "half of the calls may be slow",
      mutate: inAlarm("monitoring-readPlants-duration", "extendedStatistic", "p50"),
    },
  ],
  "alarms/concurrency": [
    { change: "nobody is told of full workers", mutate: noAlarm("monitoring-readPlants-concurrency") },
  ],
  "alarms/dead-letters": [
    { change: "nobody is told of dead letters", mutate: noAlarm("monitoring-changes-dead-letters") },
  ],
  "alarms/actions": [
    {
      change: "an alarm's actions are off",
      mutate: inAlarm("monitoring-hello-errors", "actionsEnabled", false),
    },
    { change: "an alarm tells nobody", mutate: inAlarm("monitoring-hello-errors", "alarmActions", []) },
  ],
};
