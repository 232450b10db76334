/** Applications that sign for whom they should, and say too much or too little with it. */
import { createHmac } from "node:crypto";
import process from "node:process";
import type { Replace } from "../application.ts";

interface Signed {
  readonly auth?: string;
  readonly channel_data?: string;
  readonly shared_secret?: string;
}

/** Signs, and changes what was signed for one socket and channel. */
const signing = (change: (signed: Signed, socket: string, channel: string) => Signed): Replace => ({
  answer: (right) => async (request) => {
    const asked = request.clone();
    const answer = await right(request);
    if (!new URL(request.url).pathname.endsWith("/broadcasting/auth") || !answer.ok) return answer;
    const said = await asked.formData();
    const [socket, channel] = ["socket_id", "channel_name"].map((field) => String(said.get(field)));
    return Response.json(change(await answer.json(), socket ?? "", channel ?? ""));
  },
});

export const SIGNING: Readonly<Record<string, Replace>> = {
  // People of scenarios are called after their addresses.
  "address-in-presence": signing((signed, socket, channel) => {
    if (signed.channel_data === undefined) return signed;
    const { user_id, user_info } = JSON.parse(signed.channel_data);
    const email = `${String(user_info.name).replace("Name of ", "")}@people.example`;
    const channel_data = JSON.stringify({ user_id, user_info: { ...user_info, email } });
    const [key] = String(signed.auth).split(":");
    const digits = createHmac("sha256", process.env["PUSHER_APP_SECRET"] ?? "")
      .update(`${socket}:${channel}:${channel_data}`).digest("hex");
    return { auth: `${key}:${digits}`, channel_data };
  }),
  "one-secret-for-all": signing((signed) =>
    signed.shared_secret === undefined
      ? signed
      : { ...signed, shared_secret: btoa("the same for every channel, 32 B") }
  ),
  "a-secret-each-time": signing((signed) =>
    signed.shared_secret === undefined
      ? signed
      : { ...signed, shared_secret: btoa(crypto.randomUUID().slice(0, 32)) }
  ),
};
