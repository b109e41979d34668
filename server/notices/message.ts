import { createHmac } from "node:crypto";
import { joined, plain, type Said, say } from "../say";
import { type Kind, type News, outward } from "./news";
import type { Way } from "./ways";

/** So many lines are read; more are counted. */
const mostLines = 20;
/** And so many events go to a program: servers refuse a body of megabytes, and it would be sent again and again. */
const mostEvents = 500;

/** What goes out, in the language of whoever gets it. */
export type Message = {
  /** The same for every attempt to deliver the same. */
  id: string;
  at: number;
  urgent: boolean;
  title: string;
  lines: string[];
  news: readonly News[];
};

/** Puts a sentence into a language. */
export type Translate = (text: Said) => string;

const titles: Record<Kind, (host: string) => Said> = {
  interrupted: (host) => say`Receive interrupted on ${host}`,
  stalled: (host) => say`Receive stalled on ${host}`,
  failed: (host) => say`Transfer failed on ${host}`,
  unresumable: (host) => say`A receive cannot be finished on ${host}`,
  finished: (host) => say`Transfer finished on ${host}`,
  unreachable: (host) => say`${host} does not answer`,
  pool: (host) => say`Pool in trouble on ${host}`,
  old: (host) => say`Half-received for long on ${host}`,
};

/** One message for everything there is to tell at a moment. */
export function compose(id: string, at: number, news: readonly News[], translate: Translate): Message {
  const [first] = news;
  const title =
    first && news.length === 1 ? titles[first.kind](first.host) : say`${news.length} notices from Halfway`;
  const rest = news.length - mostLines;
  const lines = news.slice(0, mostLines).map(({ says }) => says);
  if (rest > 0) lines.push(say`And ${rest} more.`);
  return messageOf(id, at, title, lines, news, translate);
}

/** What the test button sends. */
export function testMessage(id: string, at: number, translate: Translate): Message {
  const lines = [
    joined([say`This is a test.`, say`Whoever reads it will be told what Halfway has to tell, too.`]),
  ];
  return messageOf(id, at, say`A test from Halfway`, lines, [], translate);
}

function messageOf(
  id: string,
  at: number,
  title: Said,
  lines: readonly Said[],
  news: readonly News[],
  translate: Translate,
): Message {
  return {
    ...{ id, at, urgent: news.some(({ urgent }) => urgent), news },
    // The last net: whatever it was made of, no token leaves the house.
    ...{ title: outward(translate(title)), lines: lines.map((line) => outward(translate(line))) },
  };
}

/** One request to somebody's server. */
export type Post = { url: string; headers: Record<string, string>; body: string };

/** How a message is put to a server by HTTP; each as that kind of server wants it. */
export function postOf(way: Exclude<Way, { kind: "email" }>, message: Message): Post {
  const { title, lines, urgent } = message;
  const body = asList(lines);
  switch (way.kind) {
    case "ntfy": {
      const { topic, token } = way.secrets;
      return post(
        way.open.url,
        { topic, title, message: body, priority: urgent ? 5 : 3 },
        token === "" ? {} : { Authorization: `Bearer ${token}` },
      );
    }
    case "gotify":
      return post(
        new URL("message", withSlash(way.open.url)).href,
        { title, message: body, priority: urgent ? 8 : 4 },
        { "X-Gotify-Key": way.secrets.token },
      );
    case "webhook":
      return signed(post(way.secrets.url, webhookBody(message)), way.secrets.key, message.at);
    case "slack":
      return post(way.secrets.url, { text: escapedForSlack(`*${title}*\n${body}`) });
    case "discord":
      return post(way.secrets.url, {
        // Nobody is called by name, whatever a dataset is called; 2000 characters are what it takes.
        content: shortened(`**${escapedForDiscord(title)}**\n${escapedForDiscord(body)}`, 2_000),
        allowed_mentions: { parse: [] },
      });
    case "teams":
      return post(way.secrets.url, {
        type: "message",
        attachments: [
          {
            contentType: "application/vnd.microsoft.card.adaptive",
            content: {
              $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
              ...{ type: "AdaptiveCard", version: "1.4" },
              body: [
                { type: "TextBlock", text: title, weight: "Bolder", wrap: true },
                // Rich text is the only one there that takes its words as they are.
                ...lines.map((line) => ({ type: "RichTextBlock", inlines: [line] })),
              ],
            },
          },
        ],
      });
    case "telegram":
      // Not by `new URL`: to that a token is a scheme.
      return post(`${withSlash(way.open.url)}bot${way.secrets.token}/sendMessage`, {
        chat_id: way.open.chat,
        text: shortened(`${title}\n${body}`, 4_000),
        link_preview_options: { is_disabled: true },
      });
  }
}

/** What a generic webhook gets; documented in docs/notices.md. Fields are only ever added. */
function webhookBody({ id, at, title, lines, news }: Message) {
  return {
    ...{ version: 1, id, sentAt: new Date(at).toISOString(), test: news.length === 0 },
    ...{ title, text: lines.join("\n") },
    eventsLeftOut: Math.max(0, news.length - mostEvents),
    events: news
      .slice(0, mostEvents)
      .map(({ kind, at: happened, host, dataset, pool, transferId, urgent, says }) => ({
        ...{ kind, at: new Date(happened).toISOString(), host, dataset, pool, transferId, urgent },
        text: outward(plain(says)),
      })),
  };
}

/** Proves that it comes from here, and when it was sent: `t=SECONDS,v1=HMAC-SHA256 of "SECONDS.BODY"`. */
function signed(request: Post, key: string, at: number): Post {
  if (key === "") return request;
  const seconds = Math.floor(at / 1_000);
  const proof = createHmac("sha256", key).update(`${seconds}.${request.body}`).digest("hex");
  return {
    ...request,
    headers: { ...request.headers, "X-Halfway-Signature": `t=${seconds},v1=${proof}` },
  };
}

function post(url: string, body: object, headers: Record<string, string> = {}): Post {
  return {
    url,
    headers: { "Content-Type": "application/json", "User-Agent": "Halfway", ...headers },
    body: JSON.stringify(body),
  };
}

/** The lines of a message as one text. */
export function asList(lines: readonly string[]): string {
  return lines.length === 1 ? (lines[0] ?? "") : lines.map((line) => `• ${line}`).join("\n");
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}

function escapedForSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function escapedForDiscord(text: string): string {
  return text.replace(/[\\*_~`|>#[\]()-]/g, "\\$&");
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
