/** The address of the page about one receive, by its id or by what makes one. */
export function receivePath(receive: string | { host: string; dataset: string }): string {
  const id = typeof receive === "string" ? receive : `${receive.host}:${receive.dataset}`;
  return `/receives/${encodeURIComponent(id)}`;
}
