/** Signing in, and being sent away (P-182 to P-188, P-193). */
import { dataOf } from "../answers.ts";
import type { Connection, Message } from "../connections.ts";
import type { Accuse } from "../finding.ts";
import { type History, terminatedBy } from "../history.ts";
import type { SignIn } from "../sign_ins.ts";
import { text } from "./delivery.ts";

type Say = (requirement: string, observation: string, why: string, message: Message) => void;

export function judgeUsers(history: History, accuse: Accuse): void {
  for (const [connection, signIns] of history.signIns) {
    if (connection.isForeign) continue;
    const say: Say = (requirement, observation, why, message) =>
      accuse({
        requirement,
        observation,
        message: `${connection.name} received ${text(message)}, but ${why}`,
        quotes: [message.seq],
        part: `${connection.app?.id} user ${signIns[0]?.userId}`,
      });
    judgeSignIns(connection, signIns, say);
    judgeRefusal(connection, signIns, history, accuse);
  }
  judgeTerminations(history, accuse);
}

function judgeSignIns(connection: Connection, signIns: readonly SignIn[], say: Say): void {
  const successes = connection.received.filter(({ frame, seq }) =>
    frame.event === "pusher:signin_success" && seq < connection.oddFrom
  );
  successes.forEach((message, index) => {
    const asked = signIns.filter(({ sent }) => sent.seq < message.seq).length;
    if (asked <= index) say("P-182", "answered twice", "nothing was left to answer", message);
  });
  for (const { success, signature, userId, userData, isPlain } of signIns) {
    if (!success || success.seq > connection.oddFrom) continue;
    if (signature === "wrong") {
      say("P-188", "signed in with a wrong signature", "the signature was wrong", success);
    } else if (userId === undefined) {
      say("P-184", "signed in without an id", `${userData} names no user`, success);
    }
    const told = dataOf(success.frame.data);
    if (isPlain && told.user_data !== userData) {
      say("P-185", "other user data", `it had sent ${userData}`, success);
    }
    if (told.auth !== undefined) say("P-186", "auth echoed", "auth is nobody's to repeat", success);
  }
  const [first, other] = signIns.filter(({ success, userId }) => success && userId !== undefined);
  if (first?.success && other?.success && first.userId !== other.userId) {
    say("P-187", "signed in as another", `it was signed in as ${first.userId}`, other.success);
  }
}

/** Ids and data that no limit and no rule about characters can be the reason to refuse. */
const PLAIN_ID = /^[-\w]{1,60}$/;
const PLAIN_BYTES = 500;

/**
 * Whoever signs in rightly is signed in, whatever he tried before; where nobody is signed in, the
 * server may not offer it. What the server read before it had answered a later message is open.
 */
function judgeRefusal(
  { app, name, received, answers, oddFrom, toldToClose, closed }: Connection,
  signIns: readonly SignIn[],
  { signIns: all, options }: History,
  accuse: Accuse,
): void {
  if (options.ordering !== "kept" || oddFrom < Infinity || toldToClose < Infinity) return;
  if (signIns.some(({ success }) => success !== undefined)) return;
  const isOffered = [...all].some(([other, theirs]) =>
    other.app === app && theirs.some(({ success }) => success !== undefined)
  );
  const refused = signIns.find(({ signature, userId = "", userData = "", watchlist, sent }) =>
    signature === "right" && PLAIN_ID.test(userId) && userData.length <= PLAIN_BYTES &&
    watchlist !== undefined && answers.after(sent.seq) < (closed?.seq ?? Infinity)
  );
  if (!isOffered || refused === undefined) return;
  const error = received.find(({ frame, seq }) =>
    frame.event === "pusher:error" && seq > refused.sent.seq
  );
  accuse({
    requirement: "P-183",
    observation: "a right sign-in refused",
    message: `${name} signed in rightly as ${refused.userId} and was not signed in${
      error ? `: ${text(error)}` : ""
    }`,
    quotes: [refused.sent.seq, ...(error ? [error.seq] : [])],
    part: `${app?.id} user ${refused.userId}`,
  });
}

/** Whoever is signed in as a user that was sent away has to be closed; who is not, stays. */
function judgeTerminations(
  { exchanges, signIns, events, options, quiet }: History,
  accuse: Accuse,
): void {
  const last = events.at(-1);
  for (const { path, app, request, response } of exchanges) {
    const user = terminatedBy(path);
    if (user === undefined || request.method !== "POST" || response?.status !== 200 || !last) {
      continue;
    }
    if (!options.owns(user)) continue;
    for (const [connection, own] of signIns) {
      if (connection.app !== app || connection.isForeign) continue;
      const [only] = own;
      const isTheirs = own.length === 1 && only?.userId === user && only.success &&
        only.success.seq < request.seq;
      const ended = connection.closed ?? last;
      if (isTheirs && connection.oddFrom === Infinity && ended.seq > response.seq) {
        const isAtRest = quiet.some((seq) => seq > response.seq && seq < ended.seq);
        if (isAtRest || ended.t - response.t > options.settleMs) {
          accuse({
            requirement: "P-193",
            observation: "not closed",
            message:
              `${connection.name} is signed in as ${user}, whose connections were ended; it stayed open`,
            quotes: [request.seq, ended.seq],
            part: `${app.id} user ${user}`,
          });
        }
      }
    }
  }
}
