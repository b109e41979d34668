/** What a dialog is told by whoever opens it. */
export type Asking = {
  /** What had the focus before. */
  opener: HTMLElement;
  /** It is done; `words` say so. */
  onDone: (words: string) => void;
  /** It is out of sight. */
  onGone: () => void;
};
