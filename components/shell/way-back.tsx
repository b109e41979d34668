import type { ReactNode } from "react";
import { Logo } from "@/components/ui/logo";

/** A page that stands in the place of another one: what is the matter, and what to do about it. */
export function WayBack({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-xl flex-col justify-center px-4 pt-8 pb-24">
      <p className="flex items-center gap-2 text-base font-semibold tracking-tight">
        <Logo /> Halfway
      </p>
      <h1 className="mt-6 text-xl font-semibold">{title}</h1>
      {children}
    </main>
  );
}
