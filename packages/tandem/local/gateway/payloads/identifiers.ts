/** Ids of requests and traces, and their times, in the cloud's spelling. */
import { randomUUID } from "node:crypto";
import type { Protocol } from "../../observer.ts";
import { randomBytes } from "../../random-bytes.ts";

/** 16 characters ending in `=`, like `JKJaXmPLvHcESHA=`. */
export function newRequestId(): string {
  return randomBytes(11).toString("base64url").concat("=");
}

/** A REST API's request has a UUID, and an id of the other kind besides. */
export function newRequestIds(protocol: Protocol): { requestId: string; extendedRequestId: string } {
  const extendedRequestId = newRequestId();
  return { requestId: protocol === "REST" ? randomUUID() : extendedRequestId, extendedRequestId };
}

/** `Root=1-<seconds>-<96 random bits>`. */
export function newTraceId(time: number): string {
  const seconds = Math.floor(time / 1000)
    .toString(16)
    .padStart(8, "0");
  return `Root=1-${seconds}-${randomBytes(12).toString("hex")}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

let formattedSecond = Number.NaN;
let formatted = "";

/** Common log format, e.g. `23/Nov/2026:09:12:01 +0000`. */
export function commonLogTime(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== formattedSecond) {
    const iso = new Date(second * 1000).toISOString();
    formatted = `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
    formattedSecond = second;
  }
  return formatted;
}
