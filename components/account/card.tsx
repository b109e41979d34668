import type { ReactNode } from "react";
import { Appearance } from "@/components/shell/appearance";
import { Logo } from "@/components/ui/logo";

/** What somebody sees who is not signed in: one thing to do, in the middle of the page. */
export function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center px-4 pt-8 pb-24">
      <p className="flex items-center gap-2 text-base font-semibold tracking-tight">
        <Logo /> Halfway
      </p>
      <div className="mt-4 rounded-xl border border-line bg-surface px-5 py-5 sm:px-6">
        <h1 className="text-xl font-semibold">{title}</h1>
        {children}
      </div>
      <Appearance />
    </main>
  );
}
