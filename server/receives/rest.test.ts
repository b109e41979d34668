import { expect, test } from "vitest";
import { plain } from "../say";
import type { TreeDataset } from "../zfs/output";
import { missingSteps } from "./rest";

/** A dataset with snapshots named by their GUIDs. */
function tree(name: string, guids: number[], written = 0n): TreeDataset {
  return {
    name,
    written,
    snapshots: guids.map((guid) => ({ name: `${name}@s${guid}`, guid: BigInt(guid) })),
  };
}

test("what the source has newer than the newest common snapshot is missing, whatever the names are", () => {
  const [step] = missingSteps(
    [tree("tank/a", [1, 2, 3, 4])],
    "tank/a",
    [tree("backup/x", [1, 2])],
    "backup/x",
    "nas",
  );
  expect(step).toEqual({
    ...{ dataset: "backup/x", isNew: false, snapshots: ["@s3", "@s4"], refusal: null, toGuid: 4n },
    end: { from: "tank/a@s2", to: "tank/a@s4", steps: true },
  });
});

test("nothing is missing where the target has the newest one, or the source has none", () => {
  const theirs = [tree("tank/a", [1, 2]), tree("tank/a/empty", [])];
  expect(missingSteps(theirs, "tank/a", [tree("backup/a", [1, 2])], "backup/a", "nas")).toEqual([]);
});

test("what is new on the target comes last, parents first, each at its oldest snapshot", () => {
  const theirs = [
    tree("tank/a", [1, 2]),
    tree("tank/a/new", [5, 6]),
    tree("tank/a/new/below", [7]),
    tree("tank/a/old", [3, 4]),
  ];
  const ours = [tree("backup/a", [1, 2]), tree("backup/a/old", [3])];
  const steps = missingSteps(theirs, "tank/a", ours, "backup/a", "nas");
  expect(steps.map(({ dataset }) => dataset)).toEqual(["backup/a/old", "backup/a/new", "backup/a/new/below"]);
  expect(steps[1]).toMatchObject({
    isNew: true,
    toGuid: 5n,
    end: { from: null, to: "tank/a/new@s5", steps: false },
  });
});

test.each([
  ["was changed since", tree("backup/a", [1], 7n), "zfs rollback backup/a@s1"],
  ["has a snapshot of its own", tree("backup/a", [1, 9]), "backup/a@s9 on nas is newer"],
  ["shares nothing with the source any more", tree("backup/a", [8]), "shares no snapshot"],
])(
  "where the target %s, that is said instead of sending what zfs would refuse at the end",
  (_, ours, words) => {
    const [step] = missingSteps([tree("tank/a", [1, 2])], "tank/a", [ours], "backup/a", "nas");
    expect(plain(step?.refusal ?? "")).toContain(words);
  },
);
