const channel = "halfway.looked-at";

/** How long other tabs have for an answer. */
const moment = 300;

function isLookedAt(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

/** Whether nobody looks at any tab of this browser that shows Halfway. */
export async function nobodyLooks(): Promise<boolean> {
  if (isLookedAt()) return false;
  const tabs = new BroadcastChannel(channel);
  try {
    return await new Promise<boolean>((resolve) => {
      tabs.onmessage = ({ data }) => data === "here" && resolve(false);
      setTimeout(resolve, moment, true);
      tabs.postMessage("who");
    });
  } finally {
    tabs.close();
  }
}

/**
 * Answers other tabs that ask whether somebody looks at this one.
 * @param onLook somebody looks at this tab now, or at another one of this browser.
 * @return ends it.
 */
export function answerWhoLooks(onLook: () => void): () => void {
  const tabs = new BroadcastChannel(channel);
  const look = () => {
    if (!isLookedAt()) return;
    tabs.postMessage("here");
    onLook();
  };
  tabs.onmessage = ({ data }) => (data === "who" ? look() : onLook());
  window.addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
  return () => {
    tabs.close();
    window.removeEventListener("focus", look);
    document.removeEventListener("visibilitychange", look);
  };
}

/** Where this browser keeps that it notifies. */
export const notificationsKey = "halfway.notifications";
