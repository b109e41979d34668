"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { TRPCClientErrorLike } from "@trpc/client";
import { useId, useState } from "react";
import { useTRPC, useTRPCClient } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import type { Asking } from "@/components/ui/asking";
import { CommandLine } from "@/components/ui/command-line";
import { Copyable } from "@/components/ui/copyable";
import { Field, inputClass } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Notice } from "@/components/ui/notice";
import type { ListedHost } from "@/server/api/hosts";
import type { AppRouter } from "@/server/api/root";
import { keyFileOf, portIn } from "./words";

/**
 * Adds a host, or changes how one is reached: first where it is, then the key it shows, to be compared and accepted, and for a
 * new one the line that lets Halfway in.
 * @param host null for a new one.
 */
export function HostDialog({ host, opener, onDone, onGone }: { host: ListedHost | null } & Asking) {
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
  const add = useMutation(trpc.hosts.add.mutationOptions());
  const update = useMutation(
    trpc.hosts.update.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        void queries.invalidateQueries(trpc.hosts.check.queryFilter({ name }));
        onDone(`${name} is reached as ${destination.trim()} from now on.`);
      },
    }),
  );
  const dialog = { opener: () => opener, open, onGone };
  const user = destination.trim().replace(/@.*$/, "");

  if (add.data) {
    return (
      <FormDialog
        // Another dialog: what was pressed twice by mistake must not close it.
        key="added"
        {...dialog}
        title={`Let Halfway in on ${name}`}
        about={`${name} is added. Put this line into ~/.ssh/authorized_keys of ${user} there; the page of hosts shows it again at any time. Then press Check: it says what else ${name} needs.`}
        verb="Done"
        doing="…"
        busy={false}
        error={null}
        onSubmit={() => setOpen(false)}
        onClose={null}
      >
        <div className="text-xs">
          <Copyable text={add.data.line} label="the line" />
        </div>
      </FormDialog>
    );
  }

  const shown = ask.data;
  if (shown) {
    const { hostKey, fingerprint } = shown;
    const accepted = host?.added?.fingerprint;
    const saving = host ? update : add;
    return (
      <FormDialog
        key="key"
        {...dialog}
        title={`Is this the key of ${name}?`}
        about={
          accepted === fingerprint
            ? "It is the key that was accepted before."
            : "Nothing is sent there but by a connection that shows this very key. Compare it with what the machine itself says, at its own console or by a login that you trust."
        }
        verb={host ? "Accept the key and save" : "Accept the key and add the host"}
        doing="Saving…"
        busy={saving.isPending}
        error={plainError(saving.error)}
        onSubmit={() => {
          const given = { name, destination, port: port ?? null, hostKey };
          if (host) update.mutate(given);
          else add.mutate(given, { onSuccess: () => onDone(`${name} is added.`) });
        }}
        onClose={() => setOpen(false)}
      >
        <div>
          <p className="text-muted">What it shows ({hostKey.split(" ")[0]})</p>
          <Copyable text={fingerprint} label="the fingerprint" />
        </div>
        {accepted !== undefined && accepted !== fingerprint && (
          <Notice>{`Until now ${accepted} was accepted.`}</Notice>
        )}
        <div>
          <p className="text-muted">What prints the same there</p>
          <CommandLine
            host={name}
            command={`ssh-keygen -lf ${keyFileOf(hostKey)}`}
            label="What prints the fingerprint"
          />
        </div>
      </FormDialog>
    );
  }

  return (
    <FormDialog
      key="way"
      {...dialog}
      title={host ? `Change ${host.name}` : "Add a host"}
      about="A machine with OpenZFS and sshd. Halfway signs in with a key of its own, and not by your SSH configuration. An account of its own there, with rights by zfs allow, is better than root."
      verb="Ask for its key"
      doing="Asking…"
      ready={name.trim() !== "" && destination.trim() !== "" && port !== undefined}
      busy={ask.isPending}
      error={plainError(ask.error)}
      onSubmit={() => ask.mutate()}
      onClose={() => setOpen(false)}
    >
      {!host && (
        <Field id={`${id}-name`} label="Name" help="What it is called here, for good.">
          <input
            id={`${id}-name`}
            required
            maxLength={64}
            pattern="[A-Za-z0-9][A-Za-z0-9._\-]*"
            title="Letters, digits, dots, dashes and underscores"
            aria-describedby={`${id}-name-help`}
            value={name}
            onChange={(event) => setName(event.target.value)}
            {...plainText}
            className={`${inputClass} max-w-80`}
          />
        </Field>
      )}
      <div className="grid gap-4 sm:grid-cols-[1fr_8rem]">
        <Field id={`${id}-login`} label="Login" help="user@address, for example halfway@tower.lan">
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
          label="Port"
          help={port === undefined ? "A number up to 65535." : "22 unless told"}
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
