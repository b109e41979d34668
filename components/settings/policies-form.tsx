"use client";

import { useMutation } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { flushSync } from "react-dom";
import { useRefusal } from "@/components/account/me";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { type Said, say, verbatim } from "@/server/say";
import type { Policy } from "@/server/transfers/policies";
import { DryRun } from "./dry-run";
import { PolicyEditor } from "./policy-editor";
import { ReadOnly } from "./read-only";
import { SaveBar } from "./save-bar";
import {
  modeWords,
  moved,
  newPolicy,
  type PolicyDraft,
  policiesOf,
  policyDraftOf,
  policyWords,
} from "./words";

/** The policies in their order, what they would do now, and the button that lets them count. */
export function PoliciesForm({ saved, onSaved }: { saved: readonly Policy[]; onSaved: () => Promise<void> }) {
  const t = useT();
  const trpc = useTRPC();
  const [drafts, setDrafts] = useState(() => saved.map(policyDraftOf));
  const [edited, setEdited] = useState<string | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const mayNot = useRefusal("policies.save");
  const save = useMutation(
    trpc.policies.save.mutationOptions({
      onSuccess: async () => {
        setEdited(null);
        await onSaved();
      },
    }),
  );
  const { policies, problems } = policiesOf(drafts);
  const changed = JSON.stringify(drafts) !== JSON.stringify(saved.map(policyDraftOf));
  const wrongAt = drafts.findIndex(({ id }) => problems.has(id));
  const put = (next: PolicyDraft) => setDrafts(drafts.map((one) => (one.id === next.id ? next : one)));

  const move = (at: number, by: number, button: HTMLElement) => {
    flushSync(() => setDrafts(moved(drafts, at, by)));
    // The browser takes the focus from what it moves.
    button.focus();
    setSaid(say`${nameOf(drafts[at])} is number ${at + by + 1} now.`);
  };
  const add = () => {
    const policy = newPolicy();
    setDrafts([...drafts, policy]);
    setEdited(policy.id);
  };
  const remove = (id: string) => {
    setDrafts(drafts.filter((one) => one.id !== id));
    setSaid(say`${nameOf(drafts.find((one) => one.id === id))} is removed, once this is saved.`);
  };

  if (mayNot !== null) return <PoliciesRead drafts={drafts} policies={policies} mayNot={mayNot} />;
  return (
    <form aria-label={t`Policies`} onSubmit={(event) => event.preventDefault()} className="mt-3 space-y-4">
      {drafts.length === 0 && <NoPolicies />}
      {drafts.length > 0 && (
        <ol className="divide-y divide-line rounded-lg border border-line bg-surface">
          {drafts.map((draft, at) => {
            const name = t(nameOf(draft));
            return (
              <li key={draft.id} aria-label={name} className="px-4 py-3.5 sm:px-5">
                <div className="flex flex-col gap-x-4 gap-y-2 sm:flex-row sm:items-start sm:justify-between">
                  <InWords at={at} draft={draft} />
                  <div className="flex shrink-0 flex-wrap gap-1">
                    <IconButton
                      label={t`Move ${name} up`}
                      disabled={at === 0}
                      onPress={(button) => move(at, -1, button)}
                    >
                      <ArrowUp aria-hidden />
                    </IconButton>
                    <IconButton
                      label={t`Move ${name} down`}
                      disabled={at === drafts.length - 1}
                      onPress={(button) => move(at, 1, button)}
                    >
                      <ArrowDown aria-hidden />
                    </IconButton>
                    <Button
                      className="max-sm:px-2!"
                      aria-label={edited === draft.id ? t`Close ${name}` : t`Edit ${name}`}
                      aria-expanded={edited === draft.id}
                      onClick={() => setEdited(edited === draft.id ? null : draft.id)}
                    >
                      <Pencil aria-hidden /> {edited === draft.id ? t`Close` : t`Edit`}
                    </Button>
                    <IconButton label={t`Remove ${name}`} onPress={() => remove(draft.id)}>
                      <Trash2 aria-hidden />
                    </IconButton>
                  </div>
                </div>
                {edited === draft.id && (
                  <PolicyEditor draft={draft} problems={problems.get(draft.id) ?? {}} onChange={put} />
                )}
              </li>
            );
          })}
        </ol>
      )}
      <p aria-live="polite" className="sr-only">
        {said !== null && t(said)}
      </p>
      <Button onClick={add}>
        <Plus aria-hidden /> {t`Add a policy`}
      </Button>
      {drafts.length > 0 && <DryRun policies={wrongAt < 0 ? policies : null} changed={changed} />}
      <SaveBar
        what="policies"
        changed={changed}
        wrong={wrongAt < 0 ? null : say`Policy ${wrongAt + 1} is not complete: edit it, or remove it.`}
        saving={save.isPending}
        error={plainError(save.error)}
        onSave={() => save.mutate(policies)}
        onDiscard={() => {
          save.reset();
          setDrafts(saved.map(policyDraftOf));
          setEdited(null);
        }}
      />
    </form>
  );
}

/** The same for whoever may look at them only. */
function PoliciesRead({
  drafts,
  policies,
  mayNot,
}: {
  drafts: readonly PolicyDraft[];
  policies: readonly Policy[];
  mayNot: string;
}) {
  const t = useT();
  return (
    <div className="mt-3 space-y-4">
      <ReadOnly mayNot={mayNot} />
      {drafts.length === 0 ? (
        <NoPolicies />
      ) : (
        <>
          <ol className="divide-y divide-line rounded-lg border border-line bg-surface">
            {drafts.map((draft, at) => (
              <li key={draft.id} aria-label={t(nameOf(draft))} className="px-4 py-3.5 sm:px-5">
                <InWords at={at} draft={draft} />
              </li>
            ))}
          </ol>
          <DryRun policies={policies} changed={false} />
        </>
      )}
    </div>
  );
}

function NoPolicies() {
  const t = useT();
  return (
    <p className="rounded-lg border border-line bg-surface px-4 py-4 sm:px-5">
      {t`No policies: nothing that Halfway did not begin is resumed by itself.`}
    </p>
  );
}

/** A policy's place, name, and what it does. */
function InWords({ at, draft }: { at: number; draft: PolicyDraft }) {
  const t = useT();
  return (
    <div className="min-w-0">
      <p className="font-medium wrap-anywhere">
        {at + 1}. {t(nameOf(draft))}{" "}
        <Badge tone={draft.mode === "resume" ? "accent" : "neutral"}>{t(modeWords[draft.mode])}</Badge>
      </p>
      <p className="text-xs/5 text-muted wrap-anywhere whitespace-pre-wrap">{t(policyWords(draft))}</p>
    </div>
  );
}

function nameOf(draft: PolicyDraft | undefined): Said {
  const name = draft?.name.trim() ?? "";
  return name === "" ? say`New policy` : verbatim(name);
}

function IconButton({
  label,
  disabled = false,
  onPress,
  children,
}: {
  label: string;
  disabled?: boolean;
  onPress: (button: HTMLElement) => void;
  children: React.ReactNode;
}) {
  return (
    <Button
      aria-label={label}
      title={label}
      disabled={disabled}
      className="w-11 px-0! lg:w-8"
      onClick={(event) => onPress(event.currentTarget)}
    >
      {children}
    </Button>
  );
}
