"use client";

/** What is left to say when the page itself could not be made, for example because the configuration is wrong. */
export default function PageError({ reset }: { error: Error; reset: () => void }) {
  return (
    <main className="mx-auto max-w-xl px-4 py-24">
      <h1 className="text-xl font-semibold">This page could not be shown</h1>
      <p className="mt-2 text-muted">
        Halfway's log says why. Transfers that are running go on; nothing was changed.
      </p>
      <button
        type="button"
        onClick={reset}
        className="mt-6 h-11 rounded-md border border-line-strong bg-surface px-4 font-medium hover:bg-sunken"
      >
        Try again
      </button>
    </main>
  );
}
