/** Ids of requests and traces, and their times, in the cloud's spelling. Random bytes are drawn in bulk: a draw a request costs more than the rest of an event. */
import { randomFillSync } from "node:crypto";

const pool = Buffer.allocUnsafe(8 * 1024);
let used = pool.length;

function draw(bytes: number): Buffer {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.subarray(used - bytes, used);
}

/** 16 characters ending in `=`, like `JKJaXmPLvHcESHA=`. */
export function newRequestId(): string {
  return draw(11).toString("base64url").concat("=");
}

/** `Root=1-<seconds>-<96 random bits>`. */
export function newTraceId(time: number): string {
  const seconds = Math.floor(time / 1000)
    .toString(16)
    .padStart(8, "0");
  return `Root=1-${seconds}-${draw(12).toString("hex")}`;
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
