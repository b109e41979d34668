import { defaultKeybindingsHandlerIgnore } from "tinykeys";

/** How tinykeys writes keys. A sign that some keyboards have on a shifted key, such as `?` or `/`, is meant by itself. */
export function binding(keys: string): string {
  return presses(keys)
    .map((press) => (/^[^\p{L}\p{N}]$/u.test(press) ? `[Shift]+${press}` : press.replace(/^Mod\+/, "$mod+")))
    .join(" ");
}

/** The presses of a shortcut, one after the other. */
export function presses(keys: string): string[] {
  return keys.split(" ");
}

/**
 * Whether keys write something and are pressed without Ctrl or Cmd: these can be pressed by mistake, or by somebody who
 * dictates (WCAG 2.1.4). Enter and its like write nothing.
 */
export function isCharacterKey(keys: string): boolean {
  return presses(keys).some((press) => /^(Shift\+)?.$/u.test(press));
}

/** Whether something on the page needs the keys itself: a field, a dialog, a menu, or a button that Enter presses. */
export function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.repeat || event.isComposing) return true;
  if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]'))
    return true;
  const withModifier = event.ctrlKey || event.metaKey || event.altKey;
  if (!withModifier && defaultKeybindingsHandlerIgnore(event)) return true;
  const pressesButton = event.key === "Enter" || event.key === " ";
  return (
    pressesButton &&
    event.target instanceof Element &&
    event.target.closest("a, button, summary, [role]") !== null
  );
}
