"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { TRPCClientErrorLike } from "@trpc/client";
import { useEffect, useId, useRef, useState } from "react";
import { useT } from "@/components/language/language";
import { useTRPC, useTRPCClient } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import type { Asking } from "@/components/ui/asking";
import { CommandLine } from "@/components/ui/command-line";
import { Copyable } from "@/components/ui/copyable";
import { Field, inputClass } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { NotYet } from "@/components/ui/not-yet";
import { Notice } from "@/components/ui/notice";
import type { ListedHost } from "@/server/api/hosts";
import type { AppRouter } from "@/server/api/root";
import { checkButtonOf, keyFileOf, portIn } from "./words";

/**
 * Adds a host, or changes how one is reached: first where it is, then the key it shows, to be compared and accepted, and for a
 * new one the line that lets Halfway in. What works then is looked at by itself.
 * @param host null for a new one.
 * @param onlyKey whether it is reached as before, and only its key is another one.
 */
export function HostDialog({
  host,
  onlyKey = false,
  opener,
  onDone,
  onGone,
}: { host: ListedHost | null; onlyKey?: boolean } & Asking) {
  const t = useT();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const id = useId();
  const [open, setOpen] = useState(true);
  const [name, setName] = useState(host?.name ?? "");
  const [destination, setDestination] = useState(host?.added?.destination ?? "");
  const [portText, setPortText] = useState(host?.added?.port?.toString() ?? "");
  const port = portIn(portText);
  const client = useTRPCClient();
  const ask = useMutation<{ hostKey: string; fingerprint: string }, TRPCClientErrorLike<AppRouter>>({
    mutationFn: () => client.hosts.hostKey.query({ destination, port: port ?? null }),
  });
  const { mutate: askForKey } = ask;
  useEffect(() => {
    if (onlyKey) askForKey();
  }, [onlyKey, askForKey]);
  const add = useMutation(trpc.hosts.add.mutationOptions());
  const checked = useRef(false);
  const check = () => {
    checked.current = true;
    setOpen(false);
    const looking = trpc.hosts.check.queryOptions({ name });
    void queries.prefetchQuery({ ...looking, staleTime: 0, gcTime: 0 });
  };
  const update = useMutation(
    trpc.hosts.update.mutationOptions({
      onSuccess: () => {
        check();
        onDone(
          onlyKey
            ? t`${name} is talked to again, by its new key.`
            : t`${name} is reached as ${destination.trim()} from now on.`,
        );
      },
    }),
  );
  const dialog = {
    // What comes next happens there.
    opener: () => (checked.current && document.getElementById(checkButtonOf(name))) || opener,
    ...{ open, onGone },
  };
  const user = destination.trim().replace(/@.*$/, "");

  if (add.data) {
    return (
      <FormDialog
        // Another dialog: what was pressed twice by mistake must not close it.
        key="added"
        {...dialog}
        title={t`Let Halfway in on ${name}`}
        about={t.rich`${name} is added. Put this line into ${<code>~/.ssh/authorized_keys</code>} of ${user} there; the page of hosts shows it again at any time. The check then says what else ${name} needs.`}
        verb={t`Check ${name}`}
        doing="…"
        busy={false}
        error={null}
        onSubmit={check}
        onClose={null}
      >
        <div className="text-xs">
          <Copyable text={add.data.line} label={t`the line`} />
        </div>
      </FormDialog>
    );
  }

  const shown = ask.data;
  const accepted = host?.added?.fingerprint;
  if (onlyKey || shown) {
    const before =
      accepted !== undefined && accepted === shown?.fingerprint
        ? t`It is the key that was accepted before.`
        : null;
    const another = onlyKey
      ? t`Either ${name} was set up anew, or somebody else answers in its place. Accept the new key only where you know why it changed.`
      : t`Nothing is sent there but by a connection that shows this very key. Compare it with what the machine itself says, at its own console or by a login that you trust.`;
    const saving = host ? update : add;
    return (
      <FormDialog
        key="key"
        {...dialog}
        title={t`Is this the key of ${name}?`}
        about={before ?? another}
        verb={host ? t`Accept the key and save` : t`Accept the key and add the host`}
        doing={t`Saving…`}
        ready={shown !== undefined}
        busy={saving.isPending}
        error={plainError(saving.error)}
        onSubmit={() => {
          if (!shown) return;
          const given = { name, destination, port: port ?? null, hostKey: shown.hostKey };
          if (host) update.mutate(given);
          else add.mutate(given, { onSuccess: () => onDone(t`${name} is added.`) });
        }}
        onClose={() => setOpen(false)}
      >
        {shown ? (
          <>
            <div>
              <p className="text-muted">{t`What it shows (${shown.hostKey.split(" ")[0] ?? ""})`}</p>
              <Copyable text={shown.fingerprint} label={t`the fingerprint`} />
            </div>
            {accepted !== undefined && before === null && (
              <Notice>{t`Until now ${accepted} was accepted.`}</Notice>
            )}
            <div>
              <p className="text-muted">{t`What prints the same there`}</p>
              <CommandLine
                host={name}
                command={`ssh-keygen -lf ${keyFileOf(shown.hostKey)}`}
                label={t`What prints the fingerprint`}
              />
            </div>
          </>
        ) : (
          <NotYet error={plainError(ask.error)} onLookAgain={() => ask.mutate()} />
        )}
      </FormDialog>
    );
  }

  return (
    <FormDialog
      key="way"
      {...dialog}
      title={host ? t`Change ${host.name}` : t`Add a host`}
      about={t`A machine with OpenZFS and sshd. Halfway signs in with a key of its own, and not by your SSH configuration. An account of its own there, with rights by zfs allow, is better than root.`}
      verb={t`Ask for its key`}
      doing={t`Asking…`}
      ready={name.trim() !== "" && destination.trim() !== "" && port !== undefined}
      busy={ask.isPending}
      error={plainError(ask.error)}
      onSubmit={() => ask.mutate()}
      onClose={() => setOpen(false)}
    >
      {!host && (
        <Field id={`${id}-name`} label={t`Name`} help={t`What it is called here, for good.`}>
          <input
            id={`${id}-name`}
            required
            maxLength={64}
            pattern="[A-Za-z0-9][A-Za-z0-9._\-]*"
            title={t`Letters, digits, dots, dashes and underscores`}
            aria-describedby={`${id}-name-help`}
            value={name}
            onChange={(event) => setName(event.target.value)}
            {...plainText}
            className={`${inputClass} max-w-80`}
          />
        </Field>
      )}
      <div className="grid gap-4 sm:grid-cols-[1fr_8rem]">
        <Field id={`${id}-login`} label={t`Login`} help={t`user@address, for example halfway@tower.lan`}>
          <input
            id={`${id}-login`}
            required
            maxLength={300}
            aria-describedby={`${id}-login-help`}
            value={destination}
            onChange={(event) => setDestination(event.target.value)}
            {...plainText}
            className={inputClass}
          />
        </Field>
        <Field
          id={`${id}-port`}
          label={t`Port`}
          help={port === undefined ? t`A number up to 65535.` : t`22 unless told`}
        >
          <input
            id={`${id}-port`}
            inputMode="numeric"
            aria-describedby={`${id}-port-help`}
            aria-invalid={port === undefined || undefined}
            value={portText}
            onChange={(event) => setPortText(event.target.value)}
            {...plainText}
            className={`${inputClass} aria-invalid:border-danger`}
          />
        </Field>
      </div>
    </FormDialog>
  );
}

const plainText = {
  autoComplete: "off",
  autoCapitalize: "off",
  autoCorrect: "off",
  spellCheck: false,
} as const;
