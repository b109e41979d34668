import { z } from "zod";
import { defaultRules, rulesSchema } from "./rules";

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: "a time like 22:30" });

const zoneName = z
  .string()
  .max(64)
  .refine((zone) => isZone(zone), { error: "a time zone like Europe/Berlin" });

/** What somebody is told, when, and in which language. */
export const noticeSettings = z.strictObject({
  rules: rulesSchema,
  /** Hours of the day in which only what is urgent is told; past midnight where `to` is earlier. Null for none. */
  quiet: z.strictObject({ from: timeOfDay, to: timeOfDay }).nullable(),
  /** By which clock; null for that of Halfway's machine. */
  zone: zoneName.nullable(),
  language: z.enum(["en", "de", "zh"]),
  /** How long one host, pool or receive is silent after something was told of it: what flaps is told once. */
  restHours: z.number().min(0).max(240),
});
export type NoticeSettings = z.output<typeof noticeSettings>;
export type NoticeLanguage = NoticeSettings["language"];

export const defaultSettings: NoticeSettings = {
  rules: defaultRules,
  quiet: null,
  zone: null,
  language: "en",
  restHours: 6,
};

/** The time zone of Halfway's machine. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Whether a moment lies in the quiet hours, their end not included. */
export function isQuiet({ quiet, zone }: Pick<NoticeSettings, "quiet" | "zone">, now: number): boolean {
  if (quiet === null) return false;
  const clock = new Intl.DateTimeFormat("en-GB", {
    ...{ hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    ...(zone === null ? {} : { timeZone: zone }),
  }).format(now);
  const { from, to } = quiet;
  return from <= to ? clock >= from && clock < to : clock >= from || clock < to;
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
