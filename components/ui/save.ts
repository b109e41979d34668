/** Gives the browser a file that was made right here. */
export function save(name: string, text: string, type = "application/json"): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Some browsers fetch it only after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
