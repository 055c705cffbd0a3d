/** Queues, topics, streams, schedules, rules and state machines. */

import { ACCOUNT_ID } from "../reading/arn.ts";
import type { Rules } from "./declaration.ts";

export const events: Rules = {
  "aws:sqs/queue:Queue": (it) => {
    const asked = it.physicalName();
    // A queue without a name of its own still has to end as a FIFO queue must.
    const name = it.inputs.fifoQueue === true && !asked.endsWith(".fifo") ? `${asked}.fifo` : asked;
    const url = `https://sqs.${it.region}.amazonaws.com/${ACCOUNT_ID}/${name}`;
    return { id: url, name, url, arn: it.arn("sqs", name) };
  },
  "aws:sqs/queuePolicy:QueuePolicy": (it) => ({ id: it.text("queueUrl") }),
  "aws:sqs/redrivePolicy:RedrivePolicy": (it) => ({ id: it.text("queueUrl") }),
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": (it) => ({ id: it.text("queueUrl") }),

  "aws:sns/topic:Topic": (it) => {
    const asked = it.physicalName();
    const name = it.inputs.fifoTopic === true && !asked.endsWith(".fifo") ? `${asked}.fifo` : asked;
    const arn = it.arn("sns", name);
    return { id: arn, name, arn, owner: ACCOUNT_ID };
  },
  "aws:sns/topicPolicy:TopicPolicy": (it) => ({ id: it.text("arn"), owner: ACCOUNT_ID }),
  "aws:sns/topicSubscription:TopicSubscription": (it) => {
    const arn = `${it.text("topic")}:${it.uuid()}`;
    return { id: arn, arn, ownerId: ACCOUNT_ID, pendingConfirmation: false };
  },

  "aws:scheduler/schedule:Schedule": (it) => {
    const name = it.physicalName();
    const group = it.text("groupName") || "default";
    return {
      id: `${group}/${name}`,
      name,
      groupName: group,
      arn: it.arn("scheduler", `schedule/${group}/${name}`),
    };
  },
  "aws:scheduler/scheduleGroup:ScheduleGroup": (it) => {
    const name = it.physicalName();
    return { id: name, name, arn: it.arn("scheduler", `schedule-group/${name}`) };
  },

  "aws:cloudwatch/eventBus:EventBus": (it) => {
    const name = it.physicalName();
    return { id: name, name, arn: it.arn("events", `event-bus/${name}`) };
  },
  "aws:cloudwatch/eventRule:EventRule": (it) => {
    const name = it.physicalName();
    const bus = it.text("eventBusName");
    const path = bus === "" || bus === "default" ? name : `${bus.slice(bus.lastIndexOf("/") + 1)}/${name}`;
    return { id: path, name, arn: it.arn("events", `rule/${path}`) };
  },
  "aws:cloudwatch/eventTarget:EventTarget": (it) => {
    const targetId = it.physicalName("targetId");
    return { id: `${it.text("rule")}-${targetId}`, targetId };
  },

  "aws:kinesis/stream:Stream": (it) => {
    const name = it.physicalName();
    const arn = it.arn("kinesis", `stream/${name}`);
    return { id: arn, name, arn };
  },
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (it) => {
    const name = it.physicalName();
    const arn = it.arn("firehose", `deliverystream/${name}`);
    return { id: arn, name, arn };
  },
  "aws:sfn/stateMachine:StateMachine": (it) => {
    const name = it.physicalName();
    const arn = it.arn("states", `stateMachine:${name}`);
    return { id: arn, name, arn, status: "ACTIVE" };
  },
};
