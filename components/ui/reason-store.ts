/** A button that cannot be used now, and why. */
export type Asked = { button: HTMLElement; reason: string };

let asked: Asked | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** Why a button is refused, for the one bubble of the page that shows it; null for no button. */
export const reasons = {
  current: () => asked,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  /** Shows a reason, or nothing, after a while; whatever is asked meanwhile counts instead. */
  show(next: Asked | null, afterMilliseconds = 0): void {
    clearTimeout(timer);
    const set = () => {
      asked = next;
      for (const listener of listeners) listener();
    };
    if (afterMilliseconds === 0) set();
    else timer = setTimeout(set, afterMilliseconds);
  },
  /** Leaves things as they are. */
  stay(): void {
    clearTimeout(timer);
  },
};
