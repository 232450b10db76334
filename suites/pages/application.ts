/** The application behind a page, which signs for the page's library as a shop's own backend would. */
import { encodeBase64 } from "@std/encoding";
import type { ChannelAuthorizationHandler, UserAuthenticationHandler } from "pusher-js";
import type { App } from "../../targets/target.ts";
import { signChannel, signUser } from "../wire/signature.ts";
import { sharedSecret } from "../wire/sealed.ts";
import { masterKey } from "./master_key.ts";

export interface Application {
  readonly authorizeChannel: ChannelAuthorizationHandler;
  readonly authenticateUser: UserAuthenticationHandler;
}

export interface ApplicationOptions {
  readonly app: App;
  /** The user who is logged in on the page. */
  readonly user: { readonly id: string; readonly info?: unknown };
  readonly watchlist: readonly string[];
  /** Names of the master keys it uses for a channel, one request after the other; the last stays. */
  readonly keys: readonly string[];
  /** Told of every request for a channel. */
  readonly asked: (channel: string, socketId: string) => void;
}

/** An application for one page, which admits its user everywhere. */
export function createApplication(options: ApplicationOptions): Application {
  const { app, user, watchlist, keys, asked } = options;
  const requests = new Map<string, number>();
  return {
    authorizeChannel: ({ channelName, socketId }, done) => {
      const earlier = requests.get(channelName) ?? 0;
      requests.set(channelName, earlier + 1);
      asked(channelName, socketId);
      const channel_data = channelName.startsWith("presence-")
        ? JSON.stringify({
          user_id: user.id,
          ...(user.info === undefined ? {} : { user_info: user.info }),
        })
        : undefined;
      const key = masterKey(keys[Math.min(earlier, keys.length - 1)] ?? "main");
      done(null, {
        auth: signChannel(app, socketId, channelName, channel_data),
        ...(channel_data === undefined ? {} : { channel_data }),
        ...(channelName.startsWith("private-encrypted-")
          ? { shared_secret: encodeBase64(sharedSecret(channelName, key)) }
          : {}),
      });
    },
    authenticateUser: ({ socketId }, done) => {
      const user_data = JSON.stringify({
        id: user.id,
        ...(watchlist.length > 0 ? { watchlist } : {}),
      });
      done(null, { auth: signUser(app, socketId, user_data), user_data });
    },
  };
}
