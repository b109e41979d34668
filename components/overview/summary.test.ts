import { describe, expect, it } from "vitest";
import type { HostSummary } from "@/server/api/hub";
import type { PartialReceive } from "@/server/receives/types";
import { summarise } from "./summary";

function host(name: string, status: HostSummary["status"], answeredAt: number | null = 1): HostSummary {
  return { name, address: name, status, problem: null, zfsVersion: null, answeredAt };
}

function receive(on: string, dataset: string, activity: PartialReceive["activity"]): PartialReceive {
  return {
    ...{ id: `${on}:${dataset}`, host: on, dataset, type: "filesystem", fingerprint: "0", began: 0 },
    ...{ token: { ok: false, problem: "" }, stateIn: "dataset", spaceHeld: 1n << 30n, activity },
  };
}

const idle = { kind: "idle" } as const;
const arriving = { kind: "receiving", by: "other", evidence: "" } as const;

describe("the sentence that says whether all is well", () => {
  it("counts what stopped and what arrives", () => {
    const receives = [receive("a", "x", idle), receive("a", "y", idle), receive("b", "z", arriving)];
    const { mood, sentence } = summarise([host("a", "online"), host("b", "online")], receives);
    expect(mood).toBe("attention");
    expect(sentence).toBe("2 receives stopped half-way on 1 host, holding 2 GiB. 1 is being received now.");
  });

  it("reassures, as of the oldest reading", () => {
    const summary = summarise([host("a", "online", 70), host("b", "online", 50)], []);
    expect(summary).toMatchObject({
      mood: "fine",
      sentence: "Nothing is interrupted on 2 hosts.",
      checkedAt: 50,
    });
  });

  it("never takes silence for nothing", () => {
    expect(summarise([host("a", "offline"), host("b", "online")], [])).toMatchObject({
      mood: "unknown",
      sentence: "Nothing is interrupted on the 1 host that answers.",
      caveat: "a does not answer, so what is there now is not known.",
    });
    expect(summarise([host("a", "offline")], []).sentence).toMatch(/is not known/);
    expect(summarise([host("a", "reading", null)], []).mood).toBe("reading");
    expect(summarise([host("a", "reading", null), host("b", "online")], []).mood).toBe("reading");
  });
});
