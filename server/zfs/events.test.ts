import fc from "fast-check";
import { expect, test } from "vitest";
import { EventReader } from "./events";

const stdout = `Nov 23 2026 04:55:42.648000000\tsysevent.fs.zfs.history_event
        version = 0x0
        class = "sysevent.fs.zfs.history_event"
        pool = "backup"
        history_hostname = "nas"
        history_dsname = "backup/Family Films/%recv"
        history_internal_str = " "
        history_internal_name = "receive"
        time = 0x6b03c74e 0x269fb200 
        eid = 0x56

Nov 23 2026 04:57:52.740000000\tsysevent.fs.zfs.history_event
        class = "sysevent.fs.zfs.history_event"
        pool = "backup"
        history_dsname = "backup/home@mon"
        history_internal_name = "destroy"

Nov 23 2026 04:18:42.900000000\tsysevent.fs.zfs.pool_import
        class = "sysevent.fs.zfs.pool_import"
        pool = "tank"

Nov 23 2026 04:18:43.900000000\tsysevent.fs.zfs.history_event
        pool = "ta`;

const events = [
  { pool: "backup", what: "receive", dataset: "backup/Family Films" },
  { pool: "backup", what: "destroy", dataset: "backup/home" },
  { pool: "tank", what: "sysevent.fs.zfs.pool_import", dataset: null },
];

test("each event names what happened and to which dataset; one that is not complete yet is waited for", () => {
  expect(new EventReader().read(stdout)).toEqual(events);
});

test("however the stream is cut into pieces, the events are the same", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: stdout.length }), { maxLength: 12 }), (cuts) => {
      const reader = new EventReader();
      const at = [0, ...cuts.toSorted((a, b) => a - b), stdout.length];
      const pieces = at.slice(1).map((end, index) => stdout.slice(at[index], end));
      expect(pieces.flatMap((piece) => reader.read(piece))).toEqual(events);
    }),
  );
});
