import { describe, expect, test } from "vitest";
import {
  describePartials,
  estimateResume,
  listTokens,
  receive,
  sendAgain,
  sendResume,
  sendSeries,
} from "./commands";
import type { ResumeToken } from "./token";

const token: ResumeToken = {
  ...{ toGuid: 22n, toName: "tank/films@tue", fromGuid: null, object: 1n, offset: 0n, bytes: 40n },
  ...{ largeBlocks: false, embedded: false, compressed: false, raw: false },
  ...{ redactSnaps: null, bookRedactSnaps: null, saved: false },
};

describe("a receive", () => {
  test("always keeps what arrived when it is cut off, and never mounts anything", () => {
    for (const rollback of [true, false]) {
      expect(receive("backup/films", { rollback })).toEqual(expect.arrayContaining(["-s", "-u"]));
    }
  });

  test("rolls back only when told to", () => {
    expect(receive("backup/films", { rollback: false })).not.toContain("-F");
    expect(receive("backup/films", { rollback: true })).toContain("-F");
  });
});

describe("sending the same snapshot again", () => {
  const again = (more: Partial<ResumeToken>, base: string | null = null) =>
    sendAgain({ ...token, ...more }, "tank/films@tue", base).join(" ");

  test("takes the form of the interrupted send, or what was kept back would be sent after all", () => {
    expect(again({})).toBe("zfs send -vP tank/films@tue");
    expect(again({ largeBlocks: true, compressed: true, embedded: true })).toBe(
      "zfs send -vP -L -c -e tank/films@tue",
    );
    expect(again({ raw: true, compressed: true })).toBe("zfs send -vP -w tank/films@tue");
  });

  test("builds on the same base, snapshot or bookmark", () => {
    expect(again({}, "tank/films@mon")).toBe("zfs send -vP -i tank/films@mon tank/films@tue");
    expect(again({}, "tank/films#mon")).toBe("zfs send -vP -i tank/films#mon tank/films@tue");
  });

  test("can be tried without sending anything", () => {
    expect(sendAgain(token, "tank/films@tue", null, true)).toContain("-nvP");
    expect(sendAgain(token, "tank/films@tue", null)).not.toContain("-nvP");
  });
});

describe("sending what comes after", () => {
  const raw = { ...token, raw: true };

  test("goes from a common snapshot on, in the form of what went before", () => {
    expect(sendSeries(raw, { from: "tank/films@tue", to: "tank/films@thu", steps: true }).join(" ")).toBe(
      "zfs send -vP -w -I tank/films@tue tank/films@thu",
    );
  });

  test("leaves out what lies between where only the last is wanted", () => {
    expect(sendSeries(token, { from: "tank/films#tue", to: "tank/films@thu", steps: false }).join(" ")).toBe(
      "zfs send -vP -i tank/films#tue tank/films@thu",
    );
  });

  test("sends one snapshot in full where the dataset is not there yet, and no properties with it", () => {
    const end = { from: null, to: "tank/films@thu", steps: true };
    expect(sendSeries(token, end, { dryRun: true }).join(" ")).toBe("zfs send -nvP tank/films@thu");
  });

  test("brings properties only when told to, and leaves out there those that shall not be set", () => {
    const end = { from: null, to: "tank/films@thu", steps: false };
    expect(sendSeries(token, end, { properties: true }).join(" ")).toBe("zfs send -vP -p tank/films@thu");
    expect(receive("backup/films", { rollback: false, without: ["mountpoint"] }).join(" ")).toBe(
      "zfs receive -s -u -x mountpoint backup/films",
    );
  });
});

test("the estimate asks for exactly what the resume sends", () => {
  expect(estimateResume("1-a-b-c").filter((word) => word !== "-nvP")).toEqual(
    sendResume("1-a-b-c").filter((word) => word !== "-vP"),
  );
});

describe("the list of tokens", () => {
  test("asks every pool, datasets and volumes alike, without naming any", () => {
    expect(listTokens().join(" ")).toBe(
      "zfs get -Hp -t filesystem,volume -o name,value receive_resume_token",
    );
  });

  test("leaves a suspended pool in peace where the others are named", () => {
    expect(listTokens(["tank", "backup"])).toEqual(expect.arrayContaining(["-r", "tank", "backup"]));
  });
});

describe("what is asked of partial receives", () => {
  const [properties = "", ...names] = describePartials(["tank/a/b", "tank/a/c"]).slice(5);

  test("covers the datasets above, whose quotas count, and the hidden state, each once", () => {
    expect(names).toEqual(["tank", "tank/a", "tank/a/b", "tank/a/b/%recv", "tank/a/c", "tank/a/c/%recv"]);
  });

  test("ends with the token: where that is there, the answer is whole", () => {
    expect(properties.split(",").at(-1)).toBe("receive_resume_token");
  });
});
