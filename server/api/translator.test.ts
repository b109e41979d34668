import { expect, test } from "vitest";
import { compose } from "../notices/message";
import { sayings } from "../notices/news";
import { translatorOf } from "./translator";

const news = [
  {
    ...{ kind: "unreachable" as const, at: 0, urgent: false, host: "nas", dataset: null, pool: null },
    ...{ transferId: null, says: sayings.unreachable("nas", 600_000) },
  },
];

test.each([
  ["en", "nas does not answer", "nas has not answered for 10 minutes."],
  ["de", "nas antwortet nicht", "nas antwortet seit 10 Minuten nicht."],
  ["zh", "nas 无响应", "nas 已有 10 分钟无响应。"],
] as const)("a message is in the language that was chosen: %s", async (language, title, line) => {
  const message = compose("1", 0, news, await translatorOf(language));
  // No mark of where a value begins may be left in it.
  expect(Buffer.from(message.title).equals(Buffer.from(title))).toBe(true);
  expect(Buffer.from(message.lines[0] ?? "").equals(Buffer.from(line))).toBe(true);
});
