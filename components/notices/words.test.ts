import { expect, test } from "vitest";
import { defaultSettings, noticeSettings } from "@/server/notices/settings";
import { wayKinds, wayOf } from "@/server/notices/ways";
import {
  draftOf,
  isComplete,
  newWay,
  type ruleOrder,
  settingsOf,
  wayFields,
  wayInputOf,
  wayNames,
} from "./words";

test("what is saved can be shown, and saved again as it was", () => {
  expect(settingsOf(draftOf(defaultSettings))).toEqual({ settings: defaultSettings, problems: {} });
  const other = {
    ...defaultSettings,
    quiet: { from: "22:00", to: "07:00" },
    zone: "Asia/Shanghai",
    language: "zh" as const,
  };
  expect(settingsOf(draftOf(other))).toEqual({ settings: other, problems: {} });
});

test("a form refuses what the server would", () => {
  const wrong = (change: (draft: ReturnType<typeof draftOf>) => unknown) => {
    const draft = draftOf(defaultSettings);
    change(draft);
    const { settings, problems } = settingsOf(draft);
    expect(noticeSettings.safeParse(settings).success).toBe(false);
    return Object.keys(problems);
  };
  const after = (kind: (typeof ruleOrder)[number], text: string) =>
    wrong(({ rules }) => {
      rules[kind].after = text;
    });
  for (const text of ["-1", "10081", "soon"]) expect(after("interrupted", text)).toEqual(["interrupted"]);
  expect(after("stalled", "0")).toEqual(["stalled"]);
  for (const text of ["0", "1.5", "3651"]) expect(after("old", text)).toEqual(["old"]);
  expect(wrong(({ rules }) => Object.assign(rules.pool, { hosts: " " }))).toEqual(["pool"]);
  expect(wrong((draft) => Object.assign(draft, { zone: "Middle/Earth" }))).toEqual(["zone"]);
  expect(wrong((draft) => Object.assign(draft, { quiet: { from: "", to: "07:00" } }))).toEqual(["quiet"]);
  expect(wrong((draft) => Object.assign(draft, { restHours: "241" }))).toEqual(["rest"]);
});

test("every way has a name and asks for what the server wants of it, and for nothing else", () => {
  const example: Record<string, string> = {
    ...{ url: "https://nas.lan/x", topic: "nas", token: "x", key: "x", chat: "1", server: "nas.lan" },
    ...{ from: "a@example.org", to: "b@example.org", user: "x", password: "x" },
  };
  expect(Object.keys(wayNames).sort()).toEqual([...wayKinds].sort());
  for (const kind of wayKinds) {
    const draft = { ...newWay(kind), name: "phone" };
    expect(isComplete(draft)).toBe(false);
    for (const { name, secret } of wayFields[kind]) {
      const given = secret ? draft.secrets : draft.open;
      given[name] ||= example[name] ?? "";
    }
    expect(isComplete(draft)).toBe(true);
    expect(wayOf(wayInputOf(draft), null)).toMatchObject({ kind });
    // What may be left out may be left out there, too.
    for (const { name, secret, needed } of wayFields[kind]) {
      if (!needed) (secret ? draft.secrets : draft.open)[name] = "";
    }
    expect(wayOf(wayInputOf(draft), null)).toMatchObject({ kind });
  }
});
