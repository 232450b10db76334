import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import pusherJs, { type Channel, type Options } from "pusher-js";
import { credentials, type TestServer, withServer } from "./testing/server.ts";

// The package exports the class itself; its types describe a module with a default export.
const PusherClient = pusherJs as unknown as typeof pusherJs.default;
type PusherClient = InstanceType<typeof PusherClient>;

/** A page's client, whose application is the official server library. */
function clientOf({ running, api }: TestServer, userId: string): PusherClient {
  const options: Options = {
    cluster: "",
    wsHost: running.host,
    wsPort: running.port,
    forceTLS: false,
    disableStats: true,
    enabledTransports: ["ws"],
    channelAuthorization: {
      transport: "ajax",
      endpoint: "",
      customHandler({ socketId, channelName }, done) {
        const member = channelName.startsWith("presence-") ? { user_id: userId } : undefined;
        done(null, api.authorizeChannel(socketId, channelName, member));
      },
    },
    userAuthentication: {
      transport: "ajax",
      endpoint: "",
      customHandler({ socketId }, done) {
        done(null, api.authenticateUser(socketId, { id: userId, watchlist: ["bob"] }));
      },
    },
  };
  return new PusherClient(credentials.key, options);
}

type Emitter = Channel | PusherClient["user"] | PusherClient["user"]["watchlist"];

/** What comes with the next such event. */
const bound = (emitter: Emitter, event: string) =>
  new Promise<unknown>((resolve) => emitter.bind(event, resolve));

describe("pusher-js", () => {
  it("receives, whispers and sees members come and go", () =>
    withServer({}, async (server) => {
      const [ana, bob] = [clientOf(server, "ana"), clientOf(server, "bob")];
      try {
        const room = ana.subscribe("presence-room");
        await bound(room, "pusher:subscription_succeeded");
        const joined = bound(room, "pusher:member_added");
        const bobs = bob.subscribe("presence-room");
        await bound(bobs, "pusher:subscription_succeeded");
        assertEquals(await joined, { id: "bob", info: null });
        const whispered = bound(room, "client-typing");
        bobs.trigger("client-typing", { on: true });
        assertEquals(await whispered, { on: true });
        const received = bound(room, "sold");
        await server.api.trigger("presence-room", "sold", { id: 1 });
        assertEquals(await received, { id: 1 });
        const left = bound(room, "pusher:member_removed");
        bob.disconnect();
        assertEquals(await left, { id: "bob", info: null });
      } finally {
        ana.disconnect();
        bob.disconnect();
      }
    }));

  it("signs in, gets the user's messages and sees watched users (P-191, P-197)", () =>
    withServer({}, async (server) => {
      const [ana, bob] = [clientOf(server, "ana"), clientOf(server, "bob")];
      try {
        const offline = bound(ana.user.watchlist, "offline");
        const online = bound(ana.user.watchlist, "online");
        ana.signin();
        assertEquals(await offline, { name: "offline", user_ids: ["bob"] });
        bob.signin();
        assertEquals(await online, { name: "online", user_ids: ["bob"] });
        const message = bound(ana.user, "hello");
        await server.api.sendToUser("ana", "hello", { a: 1 });
        assertEquals(await message, { a: 1 });
      } finally {
        ana.disconnect();
        bob.disconnect();
      }
    }));

  it("counts subscriptions (P-177)", () =>
    withServer({ subscriptionCount: true }, async (server) => {
      const ana = clientOf(server, "ana");
      try {
        const orders = ana.subscribe("orders");
        assertEquals(await bound(orders, "pusher:subscription_count"), { subscription_count: 1 });
      } finally {
        ana.disconnect();
      }
    }));

  it("is told of a refusal by an error that leaves it connected (P-057, P-102)", () =>
    withServer({}, async (server) => {
      const ana = clientOf(server, "ana");
      try {
        const refused = new Promise<{ data: { message: string } }>((resolve) => {
          ana.connection.bind(
            "error",
            ({ data }: { data: { message: string } }) => resolve({ data }),
          );
        });
        await new Promise((resolve) => ana.connection.bind("connected", resolve));
        ana.subscribe("not a channel");
        assertEquals(typeof (await refused).data.message, "string");
        assertEquals(ana.connection.state, "connected");
      } finally {
        ana.disconnect();
      }
    }));

  it("decrypts what the server could not read (P-137)", () =>
    withServer({}, async (server) => {
      const ana = clientOf(server, "ana");
      try {
        const channel = ana.subscribe("private-encrypted-orders");
        await bound(channel, "pusher:subscription_succeeded");
        const received = bound(channel, "sold");
        await server.api.trigger("private-encrypted-orders", "sold", { id: 1 });
        assertEquals(await received, { id: 1 });
      } finally {
        ana.disconnect();
      }
    }));
});
