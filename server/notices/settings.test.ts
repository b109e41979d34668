import { expect, test } from "vitest";
import { defaultSettings, isQuiet, noticeSettings } from "./settings";

const night = { from: "22:00", to: "07:00" };

test.each([
  [night, "UTC", "2026-11-23T21:59:59Z", false],
  [night, "UTC", "2026-11-23T22:00:00Z", true],
  [night, "UTC", "2026-11-24T00:00:00Z", true],
  [night, "UTC", "2026-11-24T06:59:59Z", true],
  [night, "UTC", "2026-11-24T07:00:00Z", false],
  [{ from: "09:00", to: "17:00" }, "UTC", "2026-11-23T12:00:00Z", true],
  [{ from: "09:00", to: "17:00" }, "UTC", "2026-11-23T17:00:00Z", false],
  // By its own clock, in winter and in summer.
  [night, "Europe/Berlin", "2026-11-23T21:00:00Z", true],
  [night, "Europe/Berlin", "2026-07-23T20:00:00Z", true],
  [night, "Europe/Berlin", "2026-07-23T19:59:00Z", false],
  // In the nights in which it is changed.
  [night, "Europe/Berlin", "2026-03-29T05:00:00Z", false],
  [night, "Europe/Berlin", "2026-03-29T04:59:59Z", true],
  [night, "Europe/Berlin", "2026-10-25T05:59:59Z", true],
  [night, "Europe/Berlin", "2026-10-25T06:00:00Z", false],
  [night, "Asia/Shanghai", "2026-11-23T14:00:00Z", true],
  [{ from: "00:00", to: "00:00" }, "UTC", "2026-11-23T12:00:00Z", false],
  [null, "UTC", "2026-11-23T23:00:00Z", false],
])("quiet hours %j in %s at %s: %s", (quiet, zone, at, expected) => {
  expect(isQuiet({ quiet, zone }, Date.parse(at))).toBe(expected);
});

test("a zone that there is not, and a time that is none, are refused", () => {
  const fits = (change: object) => noticeSettings.safeParse({ ...defaultSettings, ...change }).success;
  expect(fits({})).toBe(true);
  expect(fits({ zone: "Middle/Earth" })).toBe(false);
  expect(fits({ quiet: { from: "25:00", to: "07:00" } })).toBe(false);
  expect(fits({ language: "tlh" })).toBe(false);
});
