/** A target that can be reached: endpoints as URLs, credentials, and what was measured of it. */
import type { Target } from "../../targets/target.ts";
import type { WebhookReceiver } from "./webhook_receiver.ts";
import type { ServerProcess } from "../../targets/start.ts";
import type { Way } from "../wire/way.ts";
import type { OpenApplication } from "../language/application.ts";

/** An application that is started, or looked for, when the first scenario asks for it. */
export interface ApplicationHandle {
  /** Rejects with `CannotStart` or `Unreachable`. */
  open(): Promise<OpenApplication>;
  /** Its line to the server, where Plumbline can cut it. */
  readonly line?: { cut(): void; mend(): void; refusal(): Promise<void> } | undefined;
  stop(): Promise<void>;
}

export interface OpenTarget {
  readonly target: Target;
  readonly apps: Target["apps"];
  /** `ws://host:port/prefix`, to which `/app/{key}` is added. */
  readonly websocketUrl: string;
  /** `http://host:port/prefix`, to which `/apps/{id}` is added. */
  readonly apiUrl: string;
  /** Its nodes, where clients and calls are spread over several. */
  readonly nodes?: readonly { readonly websocketUrl: string; readonly apiUrl: string }[];
  /** How either endpoint is reached besides its address. */
  readonly ways: { readonly websocket: Way; readonly api: Way };
  /** The target's clock minus ours, from the Date header of its answers, in milliseconds. */
  readonly clockOffsetMs: number;
  /** Where webhooks arrive, when the target sends any. */
  readonly webhooks?: WebhookReceiver;
  /** The process, when Plumbline started it. */
  readonly server?: ServerProcess;
  /** What broadcasts through it, where the run has an application. */
  readonly application?: ApplicationHandle;
}
