/**
 * The extension in a script of one's own: each VU is one customer, who whispers and measures how
 * long the whisper takes to come to a second customer.
 *
 *     .cache/k6/k6 run suites/load/k6/example.ts
 *
 * The server is Reverb's `REVERB_HOST`, `REVERB_PORT`, `REVERB_APP_KEY` and `REVERB_APP_SECRET`.
 */
/// <reference types="npm:@types/k6@1.7.0/global.d.ts" />
import { Counter, Trend } from "k6/metrics";
import type { Options } from "k6/options";
import pusher from "k6/x/pusher";

const { REVERB_HOST = "127.0.0.1", REVERB_PORT = "8080" } = __ENV;
const app = {
  key: __ENV.REVERB_APP_KEY ?? "app-key",
  secret: __ENV.REVERB_APP_SECRET ?? "app-secret",
};
const WHISPERS = 5;

export const options: Options = {
  vus: 2,
  iterations: 4,
  thresholds: {
    heard: [`count==${4 * WHISPERS}`],
    whisper_latency: ["p(95)<500"],
  },
};

const heard = new Counter("heard");
const latency = new Trend("whisper_latency", true);

export default function () {
  const channel = `private-example-${__VU}-${__ITER}`;
  const url = `ws://${REVERB_HOST}:${REVERB_PORT}`;
  const speaker = pusher.connect(url, app);
  const listener = pusher.connect(url, app);
  let toCome = WHISPERS;

  const whisper = () => speaker.trigger(channel, "client-tick", { at: pusher.now() });

  listener.on("client-tick", (data) => {
    heard.add(1);
    latency.add(pusher.now() - JSON.parse(data).at);
    toCome -= 1;
    if (toCome > 0) return whisper();
    speaker.close();
    listener.close();
  });
  listener.on("pusher_internal:subscription_succeeded", () => speaker.subscribe(channel));
  speaker.on("pusher_internal:subscription_succeeded", whisper);
  listener.subscribe(channel);
}
