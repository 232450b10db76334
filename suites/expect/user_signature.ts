/** Signatures that sign a user in, made apart from the sign-in that uses them. */
import { z } from "zod";
import { clientName } from "../language/client_name.ts";
import { done, scenarioVerb, type Verb } from "../engine/verb.ts";
import { AUTH_SPOILINGS, nearlyAuth } from "../client/near_auth.ts";
import { signUser as sign } from "../wire/signature.ts";

const signIn = z.strictObject({
  signIn: z.string().describe("the id of the user who signs in"),
  for: clientName("the client whose socket is signed in"),
  as: z.string().describe("the name of the result; NAMEData is the signed user_data"),
  key: z.string().optional().describe("another key than the app's"),
  secret: z.string().optional().describe("another secret than the app's"),
  app: z.string().optional().describe("another app of the target file, whose key and secret sign"),
  spoil: z.enum([...AUTH_SPOILINGS, "marked as a user's"]).optional().describe(
    "what to do to the signature once it is made; the last is the form the WebSocket page shows",
  ),
});

type Spoiling = NonNullable<z.infer<typeof signIn>["spoil"]>;

function spoilt(auth: string, how: Spoiling): string {
  return how === "marked as a user's" ? auth.replace(":", "::user::") : nearlyAuth(auth, how);
}

export const USER_SIGNATURE: readonly Verb[] = [
  scenarioVerb({
    name: "sign",
    form: "signIn",
    summary: "Makes the signature that signs a user in on one socket, as a backend would.",
    schema: signIn,
    run: (params, attempt) => {
      const client = attempt.client(params.for);
      const userData = JSON.stringify({ id: attempt.names.of(params.signIn) });
      const app = params.app === undefined ? client.app : attempt.appNamed(params.app);
      const credentials = { key: params.key ?? app.key, secret: params.secret ?? app.secret };
      const auth = sign(credentials, client.socketId ?? "", userData);
      attempt.variables.set(params.as, params.spoil ? spoilt(auth, params.spoil) : auth);
      attempt.variables.set(`${params.as}Data`, userData);
      return done();
    },
  }),
];
