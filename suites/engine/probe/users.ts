/** Features of users who signed in. */
import { isFrame } from "../../record/frames.ts";
import { answerOf } from "./answer.ts";
import { ANSWER_MS, asClients, callApi, send, SIGNED_IN, signIn, subscribe } from "./ask.ts";
import type { Asking } from "./asking.ts";
import { all, type Found, found, inAnswer, inFrame } from "./found.ts";

const FEATURES = ["signIn", "userEvents", "watchlist", "terminateConnections"] as const;
const WATCHLIST_EVENTS = "pusher_internal:watchlist_events";

const TERMINATE = "POST /users/X/terminate_connections";

/**
 * One user watches the other, who is terminated at the end. Where the target file names an app for
 * users, it is the one that is asked.
 */
export function ofUsers(asking: Asking): Promise<Found> {
  const { apps } = asking.target;
  const app = apps.users ?? apps.main;
  const post = (path: string, body: unknown) =>
    callApi(asking, { method: "POST", path, body }, app);
  const [watcher, watched] = [asking.names.of("ana"), asking.names.of("bob")];
  return asClients(asking, 2, FEATURES, async (ana, bob) => {
    const answer = await signIn(asking, ana, watcher, [watched]);
    if (!answer || !isFrame(answer, { event: SIGNED_IN })) {
      const { says } = answerOf(answer);
      const nonsense = answer && await send(
        asking,
        bob,
        { event: "pusher:no-such-event", data: {} },
        () => false,
      );
      const isUnknown = answer === undefined ||
        nonsense && answerOf(nonsense).words === answerOf(answer).words;
      const nobody = `no user can sign in: ${says}`;
      const endpoint = inAnswer(
        TERMINATE,
        await post(`/users/${watched}/terminate_connections`, {}),
      );
      return {
        ...all(FEATURES, found(isUnknown ? "absent" : "unknown", nobody)),
        signIn: found(isUnknown ? "absent" : "broken", `pusher:signin: ${says}`),
        // The endpoint may be there; what it does cannot be seen.
        terminateConnections: endpoint.state === "absent" ? endpoint : found("unknown", nobody),
      };
    }
    const channel = `#server-to-user-${watcher}`;
    const [online, event] = await Promise.all([
      signIn(asking, bob, watched).then(() =>
        ana.until((event) => isFrame(event, { event: WATCHLIST_EVENTS }), ANSWER_MS)
      ),
      subscribe(asking, ana, channel).then(async () => {
        const published = await post("/events", { name: "probe", channel, data: "{}" });
        const arrived = published.kind === "response" && published.status < 300
          ? await ana.until((event) => isFrame(event, { event: "probe", channel }), ANSWER_MS)
          : undefined;
        return { published, arrived };
      }),
    ]);
    const ended = await post(`/users/${watched}/terminate_connections`, {});
    return {
      signIn: inFrame("pusher:signin", answer),
      watchlist: inFrame("after a watched user signed in", online),
      userEvents: event.arrived
        ? inFrame("an event to a user", event.arrived)
        : inAnswer("an event to a user", event.published, () => false, "absent"),
      terminateConnections: inAnswer(TERMINATE, ended),
    };
  }, app);
}
