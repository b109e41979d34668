import type { ReactNode } from "react";
import { formatBytes } from "@/components/format";
import { Copyable } from "@/components/ui/copyable";
import { flags, formatCount, formatHex, type KnownToken } from "./words";

/** Everything that is known of a token, each with what it means. What is not known is left out. */
export function TokenFacts({ token }: { token: KnownToken }) {
  const { toName, toGuid, fromGuid, bytes, object, offset, redactSnaps, bookRedactSnaps, saved } = token;
  return (
    <dl className="divide-y divide-line rounded-lg border border-line bg-surface px-4">
      {toName !== undefined && (
        <Fact
          name="Snapshot"
          means="Its name on the source when the send began. It may have been renamed since."
        >
          <Copyable text={toName} label="the snapshot's name" />
        </Fact>
      )}
      {toGuid !== undefined && (
        <Fact
          name="Its GUID"
          means="What ZFS goes by, whatever the snapshot is called now: zfs get guid shows it."
        >
          <Guid value={toGuid} label="the snapshot's GUID" />
        </Fact>
      )}
      {fromGuid === null && (
        <Fact name="Builds on" means="A full send: the target needs nothing to begin with.">
          nothing
        </Fact>
      )}
      {fromGuid !== undefined && fromGuid !== null && (
        <Fact
          name="Builds on"
          means="An incremental send: it needs the snapshot with this GUID on the target, and it or its bookmark on the source. Its name is not in the token."
        >
          <Guid value={fromGuid} label="the base's GUID" />
        </Fact>
      )}
      {bytes !== undefined && (
        <Fact name="Received" means="Bytes of the stream, over all attempts.">
          {formatBytes(bytes)} ({formatCount(bytes)} bytes)
        </Fact>
      )}
      {object !== undefined && (
        <Fact
          name="Stopped in"
          means="Where the rest begins. ZFS numbers the objects of a dataset: files, directories and the like."
        >
          object {formatCount(object)}
          {offset !== undefined && `, at offset ${formatBytes(offset)} (${formatCount(offset)} bytes)`}
        </Fact>
      )}
      {flags
        .filter(({ field }) => token[field] !== undefined)
        .map(({ field, option, name, means }) => (
          <Fact key={field} name={`Sent ${name} (${option})`} means={means}>
            {token[field] ? "yes" : "no"}
          </Fact>
        ))}
      {redactSnaps !== undefined && (
        <Fact
          name="Redacted"
          means="A redacted send leaves out every block that none of these snapshots refers to."
        >
          <Guids values={redactSnaps} label="the redaction snapshot's GUID" />
        </Fact>
      )}
      {bookRedactSnaps !== undefined && (
        <Fact
          name="Builds on a redaction bookmark"
          means="An incremental send whose base is itself redacted, by these snapshots."
        >
          <Guids values={bookRedactSnaps} label="the bookmark's redaction snapshot's GUID" />
        </Fact>
      )}
      {saved !== undefined && (
        <Fact
          name="Sent from a saved state"
          means="The source itself has only a part of the snapshot, and sends that: zfs send --saved."
        >
          {saved ? "yes" : "no"}
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, means, children }: { name: string; means: string; children: ReactNode }) {
  return (
    <div className="grid gap-x-4 gap-y-0.5 py-2.5 sm:grid-cols-[12rem_1fr]">
      <dt className="font-medium">{name}</dt>
      <dd className="min-w-0">
        <div className="wrap-anywhere">{children}</div>
        <p className="text-xs text-muted">{means}</p>
      </dd>
    </div>
  );
}

function Guid({ value, label }: { value: bigint; label: string }) {
  return (
    <span className="flex flex-wrap gap-x-4">
      <Copyable text={String(value)} label={`${label}, decimal`} />
      <Copyable text={formatHex(value)} label={`${label}, hexadecimal`} />
    </span>
  );
}

function Guids({ values, label }: { values: readonly bigint[] | null; label: string }) {
  if (values === null) return "no";
  if (values.length === 0) return "yes; it names no snapshot";
  return (
    <ul>
      {values.map((value) => (
        <li key={value}>
          <Guid value={value} label={label} />
        </li>
      ))}
    </ul>
  );
}
