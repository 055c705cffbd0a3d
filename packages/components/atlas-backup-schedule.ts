import type * as atlas from "@pulumi/mongodbatlas";

type Schedule = Omit<atlas.CloudBackupScheduleArgs, "projectId" | "clusterName">;

/** Any second of the last week; beyond it a snapshot a week for a month and a snapshot a month for a year. */
export const backupSchedule: Schedule = {
  restoreWindowDays: 7,
  // When fewest people are awake in the cluster's region, roughly.
  referenceHourOfDay: 2,
  referenceMinuteOfHour: 30,
  policyItemHourly: { frequencyInterval: 6, retentionUnit: "days", retentionValue: 7 },
  policyItemDaily: { frequencyInterval: 1, retentionUnit: "days", retentionValue: 7 },
  // Saturday.
  policyItemWeeklies: [{ frequencyInterval: 6, retentionUnit: "weeks", retentionValue: 4 }],
  // 40 is the last day of the month.
  policyItemMonthlies: [{ frequencyInterval: 40, retentionUnit: "months", retentionValue: 12 }],
};
