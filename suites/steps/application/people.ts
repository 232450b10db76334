/** People of the application: made for the scenario, logged in, and what is taken from them. */
import { z } from "zod";
import { ROLES } from "../../language/operations.ts";
import type { Client } from "../../client/client.ts";
import type { Attempt } from "../../engine/attempt.ts";
import {
  broken,
  clientVerb,
  done,
  fails,
  holds,
  type Outcome,
  unfit,
  type Verb,
} from "../../engine/verb.ts";

const isA = z.strictObject({
  isA: z.string().describe(
    `the role of the account: ${
      ROLES.join(", ")
    }, or one of the application file's own; a guest has none, and comes as far as a wrong password does`,
  ),
  loggedIn: z.boolean().default(true).describe("false: the account is there, nobody uses it"),
});
const logsOut = z.strictObject({
  logsOut: z.null(),
  takesCookies: z.boolean().default(true).describe(
    "false: it goes on with the cookies it has, as somebody would who has copied them",
  ),
});
const losesAccess = z.strictObject({ losesAccess: z.null() });

/** Makes an account for a client, with values that occur nowhere else. */
async function makeUser(
  { isA: role, loggedIn }: z.output<typeof isA>,
  { name: client }: Client,
  attempt: Attempt,
): Promise<Outcome> {
  const visitor = attempt.visitor(client);
  if (role === "guest") {
    // For the cookies that every page gets, or a token would be missed before anything else.
    await visitor.perform("logIn", { email: "nobody@people.example", password: "not a password" });
    return done();
  }
  const one = `${client.replace(".", "-")}${attempt.names.suffix}`;
  const person = {
    role,
    name: `Name of ${one}`,
    email: `${one}@people.example`,
    password: `password-${crypto.randomUUID()}`,
  };
  const made = await visitor.perform("createUser", person);
  if (made.outcome !== "accepted") {
    return unfit(`no account could be made: ${why(made)}`, "createUser", made);
  }
  for (const [key, value] of Object.entries({ ...person, userId: made.value.userId })) {
    attempt.variables.set(`${client}.${key}`, value);
  }
  const fitted = ["createUser"];
  if (!loggedIn) return done([], { fitted });
  const entered = await visitor.perform("logIn", person);
  if (entered.outcome === "accepted") return done([], { fitted: [...fitted, "logIn"] });
  const reason = `it could not log in: ${why(entered)}`;
  // Whoever is refused by an error is refused; a page or a redirect may be another's idea of a welcome.
  const isUnclear = entered.outcome === "malformed" ||
    entered.outcome === "refused" && entered.status < 400;
  return {
    ...broken(reason),
    facts: { fitted, ...(isUnclear ? { doubts: "logIn" } : {}) },
  };
}

/** What an answer that was not hoped for says, in words. */
export function why(
  answer:
    | {
      readonly outcome: "refused";
      readonly status: number;
      readonly reason: string;
      readonly unlike?: string;
    }
    | { readonly outcome: "unknown" | "malformed"; readonly why: string },
): string {
  return answer.outcome === "refused"
    ? [`it was refused with ${answer.status}`, answer.reason, answer.unlike]
      .filter((part) => part !== undefined && part !== "").join(": ")
    : answer.why;
}

export const PEOPLE: readonly Verb[] = [
  clientVerb({
    name: "isA",
    summary:
      "Gives the client an account of the application with this role, and logs it in. `$ana.userId`, `$ana.email`, `$ana.name` and `$ana.password` are there afterwards.",
    uses: ({ isA: role }) => role === "guest" ? ["logIn"] : ["createUser", "logIn", `role.${role}`],
    schema: isA,
    // Whose account the file does not tell how to make shows nothing about logging in.
    premises: ({ isA: role, loggedIn }, view) =>
      role === "guest" || !loggedIn || view?.ended.facts?.doubts === "createUser"
        ? []
        : ["APP-025"],
    run: makeUser,
    judge: (_told, { ended }) =>
      ended.outcome === "done" ? holds("logged in") : {
        ...fails(ended.detail ?? "", [ended.seq]),
        ...(typeof ended.facts?.doubts === "string" ? { doubts: ended.facts.doubts } : {}),
      },
  }),
  clientVerb({
    name: "logsOut",
    summary: "Logs the client out of the application.",
    uses: () => ["logOut"],
    schema: logsOut,
    run: async ({ takesCookies }, client, attempt) => {
      const visitor = attempt.visitor(client.name);
      const answer = await visitor.perform("logOut", {}, { takesCookies });
      return answer.outcome === "accepted"
        ? done()
        : broken(`it could not log out: ${why(answer)}`);
    },
  }),
  clientVerb({
    name: "losesAccess",
    summary: "The application takes the client's access away.",
    uses: () => ["withdrawAccess"],
    schema: losesAccess,
    run: async (_told, client, attempt) => {
      const userId = String(attempt.lookup(`${client.name}.userId`));
      const answer = await attempt.visitor(client.name).perform("withdrawAccess", { userId });
      return answer.outcome === "accepted"
        ? done()
        : broken(`access could not be withdrawn: ${why(answer)}`);
    },
  }),
];
