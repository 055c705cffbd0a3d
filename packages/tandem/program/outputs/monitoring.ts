/** Logs, alarms, dashboards and traces. */
import type { Rules } from "./declaration.ts";

export const monitoring: Rules = {
  "aws:cloudwatch/logGroup:LogGroup": (it) => {
    const name = it.physicalName();
    return { id: name, name, arn: it.arn("logs", `log-group:${name}`) };
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": (it) => {
    const name = it.physicalName();
    return { id: name, name, arn: it.arn("cloudwatch", `alarm:${name}`) };
  },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": (it) => {
    const alarmName = it.physicalName("alarmName");
    return { id: alarmName, alarmName, arn: it.arn("cloudwatch", `alarm:${alarmName}`) };
  },
  "aws:cloudwatch/dashboard:Dashboard": (it) => {
    const dashboardName = it.physicalName("dashboardName");
    return {
      id: dashboardName,
      dashboardName,
      dashboardArn: it.globalArn("cloudwatch", `dashboard/${dashboardName}`),
    };
  },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": (it) => {
    const name = it.physicalName();
    return { id: name, name };
  },
  "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": (it) => {
    const name = it.physicalName();
    return { id: name, name };
  },
  "aws:xray/group:Group": (it) => {
    const arn = it.arn("xray", `group/${it.text("groupName")}/${it.letters(26).toUpperCase()}`);
    return { id: arn, arn };
  },
  "aws:xray/samplingRule:SamplingRule": (it) => {
    const ruleName = it.physicalName("ruleName");
    return { id: ruleName, ruleName, arn: it.arn("xray", `sampling-rule/${ruleName}`) };
  },
};
