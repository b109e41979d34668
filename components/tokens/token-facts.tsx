import type { ReactNode } from "react";
import { formatBytes } from "@/components/format";
import { useT } from "@/components/language/language";
import { Copyable } from "@/components/ui/copyable";
import { flags, formatCount, formatHex, type KnownToken } from "./words";

/** Everything that is known of a token, each with what it means. What is not known is left out. */
export function TokenFacts({ token }: { token: KnownToken }) {
  const t = useT();
  const { toName, toGuid, fromGuid, bytes, object, offset, redactSnaps, bookRedactSnaps, saved } = token;
  return (
    <dl className="divide-y divide-line rounded-lg border border-line bg-surface px-4">
      {toName !== undefined && (
        <Fact
          name={t`Snapshot`}
          means={t`Its name on the source when the send began. It may have been renamed since.`}
        >
          <Copyable text={toName} label={t`the snapshot's name`} />
        </Fact>
      )}
      {toGuid !== undefined && (
        <Fact
          name={t`Its GUID`}
          means={t`What ZFS goes by, whatever the snapshot is called now: zfs get guid shows it.`}
        >
          <Guid value={toGuid} label={t`the snapshot's GUID`} />
        </Fact>
      )}
      {fromGuid === null && (
        <Fact name={t`Builds on`} means={t`A full send: the target needs nothing to begin with.`}>
          {t`nothing`}
        </Fact>
      )}
      {fromGuid !== undefined && fromGuid !== null && (
        <Fact
          name={t`Builds on`}
          means={t`An incremental send: it needs the snapshot with this GUID on the target, and it or its bookmark on the source. Its name is not in the token.`}
        >
          <Guid value={fromGuid} label={t`the base's GUID`} />
        </Fact>
      )}
      {bytes !== undefined && (
        <Fact name={t`Received`} means={t`Bytes of the stream, over all attempts.`}>
          {t`${formatBytes(bytes)} (${formatCount(bytes, t.language)} bytes)`}
        </Fact>
      )}
      {object !== undefined && (
        <Fact
          name={t`Stopped in`}
          means={t`Where the rest begins. ZFS numbers the objects of a dataset: files, directories and the like.`}
        >
          {offset === undefined
            ? t`object ${formatCount(object, t.language)}`
            : t`object ${formatCount(object, t.language)}, at offset ${formatBytes(offset)} (${formatCount(offset, t.language)} bytes)`}
        </Fact>
      )}
      {flags
        .filter(({ field }) => token[field] !== undefined)
        .map(({ field, option, name, means }) => (
          <Fact key={field} name={t`Sent ${name} (${option})`} means={t(means)}>
            {token[field] ? t`yes` : t`no`}
          </Fact>
        ))}
      {redactSnaps !== undefined && (
        <Fact
          name={t`Redacted`}
          means={t`A redacted send leaves out every block that none of these snapshots refers to.`}
        >
          <Guids values={redactSnaps} label={t`the redaction snapshot's GUID`} />
        </Fact>
      )}
      {bookRedactSnaps !== undefined && (
        <Fact
          name={t`Builds on a redaction bookmark`}
          means={t`An incremental send whose base is itself redacted, by these snapshots.`}
        >
          <Guids values={bookRedactSnaps} label={t`the bookmark's redaction snapshot's GUID`} />
        </Fact>
      )}
      {saved !== undefined && (
        <Fact
          name={t`Sent from a saved state`}
          means={t`The source itself has only a part of the snapshot, and sends that: zfs send --saved.`}
        >
          {saved ? t`yes` : t`no`}
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
  const t = useT();
  return (
    <span className="flex flex-wrap gap-x-4">
      <Copyable text={String(value)} label={t`${label}, decimal`} />
      <Copyable text={formatHex(value)} label={t`${label}, hexadecimal`} />
    </span>
  );
}

function Guids({ values, label }: { values: readonly bigint[] | null; label: string }) {
  const t = useT();
  if (values === null) return t`no`;
  if (values.length === 0) return t`yes; it names no snapshot`;
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
