/** Signing in as a user: with the right signature, a wrong one, or user data of any shape. */
import { z } from "zod";
import type { Client } from "../client/client.ts";
import { SIGNING_IN } from "../client/premises.ts";
import { frameOf, isFrame, isOf } from "../record/frames.ts";
import { arrivals, quote } from "../record/words.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  broken,
  clientVerb,
  done,
  fails,
  type Finding,
  holds,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { signUser } from "../wire/signature.ts";

const signing = {
  info: z.unknown().optional().describe("user_info in user_data"),
  watchlist: z.union([z.array(z.string()), z.string().regex(/^\$[a-z]\w*$/)]).optional().describe(
    "ids of the users to watch, or the name of a list of them",
  ),
  auth: z.unknown().optional().describe(
    'the auth value as it is, "none" for no such field; signed rightly without it',
  ),
  userData: z.unknown().optional().describe('user_data as it is, "none" for no such field'),
};
const signsIn = z.strictObject({ signsIn: z.string().describe("user id"), ...signing });
const asksToSignIn = z.strictObject({ asksToSignIn: z.string().describe("user id"), ...signing });

const SUCCESS = "pusher:signin_success";
const ERROR = "pusher:error";

type Signing = Omit<z.infer<typeof signsIn>, "signsIn">;

/** `user_data` for a user of the scenario: ids get the scenario's suffix, as channels do. */
function userDataOf(attempt: Attempt, user: string, { info, watchlist }: Signing): string {
  return JSON.stringify({
    id: attempt.names.of(user),
    ...(info === undefined ? {} : { user_info: info }),
    ...(watchlist ? { watchlist: [watchlist].flat().map((id) => attempt.names.of(id)) } : {}),
  });
}

/** Sends `pusher:signin`, signed over the user data as it goes (P-183), unless told otherwise. */
function ask(user: string, params: Signing, client: Client, attempt: Attempt): void {
  const userData = params.userData ?? userDataOf(attempt, user, params);
  const auth = params.auth ??
    signUser(
      client.app,
      client.socketId ?? "",
      typeof userData === "string" ? userData : JSON.stringify(userData),
    );
  client.send({
    event: "pusher:signin",
    data: {
      ...(auth === "none" ? {} : { auth }),
      ...(userData === "none" ? {} : { user_data: userData }),
    },
  });
}

/** Success is the first answer to the last `pusher:signin` of this client. */
function judgeSignIn(view: View): Finding {
  const sent = view.events.slice(0, view.end + 1).findLast((event) =>
    event.kind === "sent" && isOf(view.who, event) && frameOf(event)?.event === "pusher:signin"
  );
  const answer = view.events.find((event) => event.seq === view.ended.took[0]);
  const quotes = [sent, answer].flatMap((event) => (event ? [event.seq] : []));
  return answer && isFrame(answer, { event: SUCCESS })
    ? holds(quote(answer), quotes)
    : fails(view.ended.detail ?? `expected ${SUCCESS}`, quotes);
}

export const USERS: readonly Verb[] = [
  clientVerb({
    name: "signsIn",
    summary: "Signs in as a user, rightly signed unless told otherwise, and waits until signed in.",
    schema: signsIn,
    premises: () => SIGNING_IN,
    run: async (params, client, attempt) => {
      const from = attempt.log.events.length;
      ask(params.signsIn, params, client, attempt);
      const answer = await client.until(
        (event) =>
          event.kind === "closed" || isFrame(event, { event: SUCCESS }) ||
          isFrame(event, { event: ERROR }),
        attempt.deadlineMs,
        from,
      );
      if (answer && isFrame(answer, { event: SUCCESS })) return done([answer.seq]);
      const instead = arrivals(attempt.log.events, client.name, from);
      return broken(`${client.name} was not signed in; ${instead}`);
    },
    judge: (_told, view) => judgeSignIn(view),
  }),
  clientVerb({
    name: "asksToSignIn",
    summary: "Sends pusher:signin and waits for nothing.",
    schema: asksToSignIn,
    run: (params, client, attempt) => {
      ask(params.asksToSignIn, params, client, attempt);
      return done();
    },
  }),
];
