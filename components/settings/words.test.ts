import { expect, it } from "vitest";
import type { PartialReceive } from "@/server/receives/types";
import { type Decision, policiesInput } from "@/server/transfers/policies";
import { settingsInput } from "@/server/transfers/settings";
import {
  moved,
  newPolicy,
  numberOf,
  othersWords,
  outlookOf,
  type PolicyDraft,
  policiesOf,
  policyDraftOf,
  policyWords,
  settingBounds,
  settingsChange,
  settingsDraftOf,
} from "./words";

const saved = {
  ...{ overall: 8, perHost: 4, retry: true, stallMinutes: 10, keepDays: 365 },
  ...{ stages: true, stagesFromMiB: 1024, gentle: false },
};
const draft = (change: Partial<PolicyDraft> = {}): PolicyDraft => ({
  ...newPolicy(),
  name: "nightly",
  ...change,
});

it("sends only what was changed of the settings, and says what is wrong", () => {
  const typed = settingsDraftOf(saved);
  expect(settingsChange(typed, saved)).toEqual({ change: {}, problems: {} });
  expect(settingsChange({ ...typed, retry: false, stallMinutes: "0,5" }, saved)).toEqual({
    change: { retry: false, stallMinutes: 0.5 },
    problems: {},
  });
  expect(settingsChange({ ...typed, overall: "0", keepDays: "" }, saved).problems).toEqual({
    overall: "A whole number from 1 to 100.",
    keepDays: "A whole number from 1 to 36500.",
  });
  expect(numberOf("1.5", settingBounds.perHost)).toBeTypeOf("string");
});

it("allows what the server allows", () => {
  for (const [key, { least, most }] of Object.entries(settingBounds))
    for (const value of [least, most]) expect(settingsInput.safeParse({ [key]: value }).success).toBe(true);
  const { policies, problems } = policiesOf([draft({ window: { from: "22:00", to: "06:00" } })]);
  expect(problems.size).toBe(0);
  expect(policiesInput.safeParse(policies).error).toBeUndefined();
  expect(policies.map(policyDraftOf).map(({ id }) => id)).toEqual(policies.map(({ id }) => id));
});

it("names what is wrong with which policy", () => {
  const one = draft();
  const wrong = draft({
    datasets: " ",
    idleMinutes: "0",
    attempts: "often",
    window: { from: "", to: "06:00" },
  });
  const { policies, problems } = policiesOf([one, wrong]);
  expect(policies.map(({ id }) => id)).toEqual([one.id]);
  expect(Object.keys(problems.get(wrong.id) ?? {}).sort()).toEqual([
    "attempts",
    "datasets",
    "idleMinutes",
    "name",
    "window",
  ]);
});

it("says a policy in a sentence", () => {
  expect(
    policyWords(draft({ mode: "resume", window: { from: "22:00", to: "06:00" }, attempts: "1" })),
  ).toEqual("Resumes any dataset on any host after 10 min without a byte, from 22:00 to 06:00, once.");
  expect(policyWords(draft({ mode: "off", datasets: "backup/tmp/**" }))).toEqual(
    "Leaves backup/tmp/** on any host alone.",
  );
});

it("a new policy resumes nothing", () => {
  expect(newPolicy().mode).not.toBe("resume");
});

it("moves one without losing another", () => {
  expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
  expect(moved(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
});

it("tells what would be done from what would not, and counts what nothing fits", () => {
  const decided = (what: Decision["what"]) => ({
    receive: {} as PartialReceive,
    decision: { what, because: null, policy: policiesOf([draft()]).policies[0] } as Decision,
  });
  const outlook = outlookOf([decided("resume"), decided("off"), decided("not-now"), decided("resume")], 5);
  expect(outlook.resume).toHaveLength(2);
  expect([outlook.ask.length, outlook.notNow.length, outlook.off.length, outlook.others]).toEqual([
    0, 1, 1, 1,
  ]);
  expect(othersWords(1)).toEqual("No policy fits 1 other receive: it waits for a person.");
  expect(othersWords(0)).toBeNull();
});
