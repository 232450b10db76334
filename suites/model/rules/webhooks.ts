/** What webhooks tell, and in which order (P-275, P-280, P-284 to P-289, P-292). */
import type { EvidenceOf } from "../../record/evidence.ts";
import { signWebhook } from "../../wire/signature.ts";
import { readWebhook } from "../../wire/webhook.ts";
import { isRecord } from "../../wire/frame.ts";
import { isCache, isPresence } from "../channel_kind.ts";
import type { Accuse } from "../finding.ts";
import type { History } from "../history.ts";
import { membershipOf } from "../membership.ts";
import type { ModelApp } from "../options.ts";

type Webhook = EvidenceOf<"webhook">;
type Told = Readonly<Record<string, unknown>>;

interface Report {
  readonly webhook: Webhook;
  readonly app: ModelApp;
  readonly time: number;
  readonly told: Told;
}

export function judgeWebhooks(history: History, accuse: Accuse): void {
  const reports: Report[] = [];
  let isSmooth = true;
  for (const webhook of history.events) {
    if (webhook.kind !== "webhook") continue;
    // What was not accepted is sent again, and may overtake or be overtaken.
    if (webhook.answered < 200 || webhook.answered > 299) isSmooth = false;
    const app = history.options.apps.find(({ key }) => key === webhook.headers["x-pusher-key"]);
    const isCut = new TextEncoder().encode(webhook.body).length < webhook.bytes;
    if (!app || isCut) continue;
    judgeSignature(webhook, app, accuse);
    const { decoded, events } = readWebhook(webhook.body);
    if (isRecord(decoded) && Array.isArray(decoded.events) && decoded.events.length === 0) {
      accuse({
        requirement: "P-275",
        observation: "a webhook without events",
        message: `a webhook of app ${app.id} tells of no event: ${webhook.body.slice(0, 300)}`,
        quotes: [webhook.seq],
      });
    }
    const time = isRecord(decoded) && typeof decoded.time_ms === "number" ? decoded.time_ms : NaN;
    for (const told of events) reports.push({ webhook, app, time, told });
  }
  for (const report of reports) judgeReport(report, history, accuse);
  if (isSmooth) judgeTurns(reports, history, accuse);
}

function judgeSignature(webhook: Webhook, { secret, id }: ModelApp, accuse: Accuse): void {
  if (webhook.headers["x-pusher-signature"] === signWebhook(secret, webhook.body)) return;
  accuse({
    requirement: "P-280",
    observation: "signature of a webhook",
    message: `X-Pusher-Signature is not the HMAC of the body with the secret of app ${id}`,
    quotes: [webhook.seq],
  });
}

/** Each report by itself: it can be true. */
function judgeReport({ webhook, app, told }: Report, history: History, accuse: Accuse): void {
  const { name, channel } = told;
  if (typeof channel !== "string" || !history.options.owns(channel)) return;
  const say = (requirement: string, observation: string, why: string) =>
    accuse({
      requirement,
      observation,
      message: `a webhook of app ${app.id} tells ${JSON.stringify(told).slice(0, 300)}, but ${why}`,
      quotes: [webhook.seq],
      part: `${app.id} ${channel} webhooks`,
    });
  const asked = history.staysIn(app.id, channel).filter((stay) => stay.asked.seq < webhook.seq);
  const begun = asked.filter(({ admission, succeeded }) => admission.kind !== "wrong" || succeeded);
  switch (name) {
    case "channel_occupied":
      if (begun.length === 0) say("P-284", "occupied by nobody", "nobody was let in");
      return;
    case "channel_vacated": {
      const since = Math.min(...begun.map(({ until, asked }) => Math.max(until, asked.seq)));
      const stays = begun.find(({ from, until }) => from <= since && until > webhook.seq);
      if (begun.length === 0) say("P-285", "vacated by nobody", "nobody was let in");
      else if (since > webhook.seq) say("P-285", "vacated, though nobody left", "nobody had left");
      else if (stays) {
        say("P-285", "vacated while subscribed", `${stays.connection.name} is still subscribed`);
      }
      return;
    }
    case "member_added":
    case "member_removed":
      return judgeMember(told, begun, channel, webhook, say);
    case "cache_miss":
      if (!isCache(channel)) {
        say("P-290", "cache miss on another channel", "that is no cache channel");
      }
      return;
    case "client_event":
      return judgeClientEvent(told, channel, app, webhook, history, say);
  }
}

function judgeMember(
  { name, user_id }: Told,
  begun: Parameters<typeof membershipOf>[0],
  channel: string,
  webhook: Webhook,
  say: (requirement: string, observation: string, why: string) => void,
): void {
  const requirement = name === "member_added" ? "P-286" : "P-287";
  if (!isPresence(channel)) {
    return say(requirement, "member of another channel", "that is no presence channel");
  }
  const membership = membershipOf(begun);
  if (typeof user_id !== "string") return;
  const point = { seq: webhook.seq, t: webhook.t };
  if (!membership.users.has(user_id)) {
    if (!membership.hasUnknown({ seq: 0, t: 0 }, point)) {
      say(requirement, "a stranger", `${user_id} never joined`);
    }
    return;
  }
  if (name === "member_removed" && !membership.mayHaveLeft(user_id, 0, webhook.seq)) {
    say(requirement, "removed while still there", `${user_id} is still there`);
  }
}

function judgeClientEvent(
  told: Told,
  channel: string,
  app: ModelApp,
  webhook: Webhook,
  history: History,
  say: (requirement: string, observation: string, why: string) => void,
): void {
  const { event, data, socket_id, user_id } = told;
  if (typeof event !== "string" || !history.isClosed(app.id, channel)) return;
  const sent = history.publications.same(app.id, channel, event, data).filter(({ kind, begin }) =>
    kind === "client" && begin < webhook.seq
  );
  if (sent.length === 0) return say("P-289", "another client event", "no client sent that");
  if (!sent.some(({ sender }) => sender?.socketId === socket_id)) {
    say("P-289", "another socket_id", `${sent[0]?.sender?.socketId} sent it`);
  }
  if (user_id !== undefined && !isPresence(channel)) {
    say("P-289", "user_id on another channel", "only presence channels have users");
  }
}

/** Arrivals and departures take turns, in the order of their times. */
function judgeTurns(reports: readonly Report[], { options }: History, accuse: Accuse): void {
  const pairs: readonly (readonly [string, string, string])[] = [
    ["channel_occupied", "channel_vacated", "P-292"],
    ["member_added", "member_removed", "P-287"],
  ];
  for (const [arrival, departure, requirement] of pairs) {
    const subjects = new Map<string, Report[]>();
    for (const report of reports) {
      const { name, channel, user_id } = report.told;
      if ((name !== arrival && name !== departure) || typeof channel !== "string") continue;
      if (!options.owns(channel)) continue;
      const key = `${report.app.id} ${channel} ${user_id ?? ""}`;
      subjects.set(key, [...(subjects.get(key) ?? []), report]);
    }
    for (const list of subjects.values()) {
      const inOrder = list.toSorted((a, b) => a.time - b.time);
      const isTied = inOrder.some(({ time }, index) => !(time > (inOrder[index - 1]?.time ?? -1)));
      if (isTied) continue;
      const wrong = inOrder.findIndex(({ told }, index) =>
        told.name !== (index % 2 === 0 ? arrival : departure)
      );
      const report = inOrder[wrong];
      if (!report) continue;
      accuse({
        requirement: wrong > 0 && arrival === "member_added" && report.told.name === arrival
          ? "P-286"
          : requirement,
        observation: `${arrival} and ${departure} do not take turns`,
        message: `the webhooks about ${report.told.channel} tell ${
          inOrder.slice(0, wrong + 1).map(({ told }) => told.name).join(", ")
        }`,
        quotes: inOrder.slice(0, wrong + 1).map(({ webhook }) => webhook.seq),
        part: `${report.app.id} ${report.told.channel} webhooks`,
      });
    }
  }
}
