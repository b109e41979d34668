/** A circle, half full. */
export function Logo() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className="size-6 text-accent">
      <circle cx="16" cy="16" r="12" fill="none" stroke="currentColor" strokeWidth="4" />
      <path d="M16 4a12 12 0 0 0 0 24z" fill="currentColor" />
    </svg>
  );
}
