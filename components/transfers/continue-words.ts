import type { Missing } from "@/server/receives/rest";
import { counted, type Said, say } from "@/server/say";

/** What the target lacks of one dataset. */
export function missingWords({ dataset, isNew, snapshots }: Missing): Said {
  const count = snapshots.length;
  const names = count > 3 ? `${snapshots[0]} … ${snapshots.at(-1)}` : snapshots.join(", ");
  return isNew
    ? counted(
        count,
        say`${dataset}, all of it: ${count} snapshot (${names})`,
        say`${dataset}, all of it: ${count} snapshots (${names})`,
      )
    : counted(
        count,
        say`${dataset}: ${count} newer snapshot (${names})`,
        say`${dataset}: ${count} newer snapshots (${names})`,
      );
}

/** Which part of what is missing comes first, where it is not all there is, and how much that is. */
export function firstWords([first, ...others]: readonly Missing[], size: Said): Said {
  if (first?.isNew && first.snapshots.length > 1) {
    return say`Its oldest snapshot first, ${first.snapshots[0] ?? ""}: ${size}.`;
  }
  return first && others.length > 0 ? say`First ${first.dataset}: ${size}.` : say`${size}.`;
}
