import { expect, it } from "vitest";
import type { LogPart, Side } from "@/server/transfers/log";
import { hitsIn, type Log, logText, piecesOf, withoutEscapes, withPart } from "./log-lines";

const place = { attempt: 1, running: true, read: { before: 0, pipeline: 0, send: 0, receive: 0 } };
function part(said: [Side, string][], change: Partial<LogPart> = {}): LogPart {
  return {
    ...{ attempt: 1, begins: false, more: false, running: true, place },
    said: said.map(([side, text]) => ({ side, text })),
    ...change,
  };
}
const lines = (count: number) => Array.from({ length: count }, (_, line) => `line ${line}\n`).join("");

it("puts what follows behind what was there, and a new attempt in its place", () => {
  const first = withPart(null, part([["send", "one\n"]], { begins: true }));
  const second = withPart(
    first,
    part([
      ["send", "two\n"],
      ["receive", "three\n"],
    ]),
  );
  expect(second.blocks.map(({ side, lines }) => [side, ...lines])).toEqual([
    ["send", "one", "two"],
    ["receive", "three"],
  ]);
  expect(logText(second)).toBe("zfs send: one\nzfs send: two\nzfs receive: three\n");
  expect(withPart(second, part([]))).toBe(second);
  expect(withPart(second, part([["send", "anew\n"]], { begins: true, attempt: 2 }))).toMatchObject({
    ...{ attempt: 2, count: 1 },
  });
});

it("keeps what is complete as the same object, so that it is not drawn again", () => {
  const first = withPart(null, part([["send", lines(250)]], { begins: true }));
  const second = withPart(first, part([["send", "more\n"]]));
  expect(second.blocks[0]).toBe(first.blocks[0]);
  expect(second.blocks[2]).not.toBe(first.blocks[2]);
  expect(second.count).toBe(251);
});

it("keeps the newest hundred thousand lines, and says how many it let go of", () => {
  let log: Log | null = null;
  for (let round = 0; round < 5; round += 1) log = withPart(log, part([["receive", lines(30_000)]]));
  expect(log).toMatchObject({ count: 100_000, dropped: 50_000 });
  expect(log?.blocks.at(-1)?.lines.at(-1)).toBe("line 29999");
});

it("shows what a terminal would show, without its colours", () => {
  const coloured = "\u001b[1;31mcannot\u001b[0m receive\u001b]0;title\u0007\r\nnext\rover\u0000";
  expect(withoutEscapes(coloured)).toBe("cannot receive\nnext\nover");
});

it("finds what is typed as it stands, whatever its case, and counts all of it", () => {
  const log = withPart(
    null,
    part(
      [
        ["send", "a.b A.B axb\n"],
        ["receive", "a.b\n"],
      ],
      { begins: true },
    ),
  );
  expect(hitsIn(log, " a.B ")).toEqual({
    ...{
      count: 3,
      hits: [
        { block: 1, at: 0 },
        { block: 1, at: 1 },
        { block: 2, at: 0 },
      ],
    },
  });
  expect(piecesOf("a.b A.B axb", "a.b")).toEqual(["", "a.b", " ", "A.B", " axb"]);
  expect(hitsIn(log, " ").count).toBe(0);
  const many = withPart(null, part([["send", lines(5_000)]], { begins: true }));
  const { hits, count } = hitsIn(many, "line");
  expect([hits.length, count]).toEqual([1_000, 5_000]);
  expect(hits.at(-1)).toEqual({ block: 50, at: 99 });
});
