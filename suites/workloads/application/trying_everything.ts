/** An outsider who asks for everything he could think of, and listens wherever he is let in. */
import { z } from "zod";
import type { Client } from "../../client/client.ts";
import type { Attempt } from "../../engine/attempt.ts";
import { clientVerb, done, type Outcome, type Verb } from "../../engine/verb.ts";
import { unsignedConnection } from "../leaks/judge.ts";
import { subscribeTo } from "../../applications/subscribe.ts";

const triesEverything = z.strictObject({
  triesEverything: z.strictObject({
    lot: z.string(),
    sale: z.string(),
    order: z.string(),
    user: z.string().describe("somebody else's id"),
  }).describe("the ids it asks with"),
});

/** Asks for everything an outsider could think of, rightly and wrongly; only what comes back matters. */
async function tryEverything(
  { triesEverything: { lot, sale, order, user } }: z.output<typeof triesEverything>,
  client: Client,
  attempt: Attempt,
): Promise<Outcome> {
  const visitor = attempt.visitor(client.name);
  const odd = ["0", "'\"; --", "%00", "../../etc/passwd", "x".repeat(300)];
  for (const one of [lot, ...odd]) {
    await visitor.perform("readLot", { lot: one });
    await visitor.perform("placeBid", { lot: one, amount: 1 });
    await visitor.perform("closeLot", { lot: one === lot ? "none" : one });
  }
  for (const amount of [-1, 0, 1.5, 2 ** 53, NaN]) {
    await visitor.perform("placeBid", { lot, amount });
  }
  for (const one of [sale, ...odd]) await visitor.perform("readSale", { sale: one });
  for (const one of [order, ...odd]) {
    await visitor.perform("readOrder", { order: one });
    await visitor.perform("transitionOrder", { order: one, to: "delivered" });
  }
  const nobody = { email: "nobody@people.example", password: "not a password" };
  await visitor.perform("logIn", nobody);
  const spoil = "body cut short";
  await visitor.perform("logIn", nobody, { spoil });
  await visitor.perform("placeBid", { lot, amount: 1 }, { spoil });
  await visitor.perform("transitionOrder", { order, to: "delivered" }, { spoil });
  await visitor.perform("authorizeChannel", { socketId: "1.1", channel: "private-x" }, { spoil });
  const { broadcasts } = attempt.application;
  const guesses = [
    broadcasts.channelOf("order", order),
    ...["private-users", "private-App.Models.User"].map((prefix) => `${prefix}.${user}`),
    ...["private-auction", "presence-auction", "auction"].map((prefix) => `${prefix}.${lot}`),
    // Whoever joins such a channel gets what was said last on it, however long ago.
    ...["cache-auction", "private-cache-auction"].map((prefix) => `${prefix}.${lot}`),
    `cache-sale.${sale}`,
    ...["private-admin", "private-admin.dashboard", "presence-online", "private-*"],
  ];
  // Where it is let in, it listens from now on.
  for (const channel of guesses) await subscribeTo(channel, client, attempt);
  await askUnsigned(guesses, client, attempt);
  return done();
}

/** Asks the server itself, which answers only who signs, for all it would tell of these channels. */
async function askUnsigned(channels: readonly string[], client: Client, attempt: Attempt) {
  const asked = [
    { path: "/channels", query: { info: "user_count,subscription_count" } },
    ...channels.flatMap((channel) => {
      const path = `/channels/${encodeURIComponent(channel)}`;
      return [
        { path, query: { info: "user_count,subscription_count,cache" } },
        { path: `${path}/users`, query: {} },
      ];
    }),
  ];
  for (const { path, query } of asked) {
    const omit = ["auth_key", "auth_timestamp", "auth_version", "auth_signature"];
    const connection = unsignedConnection(client.name);
    await attempt.call({ method: "GET", path, query, sign: { omit }, connection });
  }
}

export const TRYING_EVERYTHING: readonly Verb[] = [
  clientVerb({
    name: "triesEverything",
    summary:
      "Asks the application for everything an outsider could think of, well-formed and not, and listens wherever it is let in.",
    uses: () => ["readLot", "placeBid", "closeLot", "readSale", "readOrder", "transitionOrder"],
    schema: triesEverything,
    run: tryEverything,
  }),
];
