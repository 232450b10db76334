/** Finds out what a recorded signature covers, so that a fresh one can be made when the file runs. */
import { frameOf } from "../../suites/record/frames.ts";
import type { Evidence } from "../../suites/record/evidence.ts";
import { isRecord } from "../../suites/wire/frame.ts";
import { signRequest } from "../../suites/wire/signature.ts";
import { signChannel, signUser } from "../../suites/wire/signature.ts";
import { literal, type Substitution } from "./text.ts";

/** An app as the record's target file has it. */
export interface SigningApp {
  /** Its name in the generated file. */
  readonly name: string;
  readonly id: string;
  readonly key: string;
  readonly secret: string;
}

export interface Signing {
  readonly apps: readonly SigningApp[];
  /** Socket ids, channels and data that anything may have been signed for. */
  readonly socketIds: readonly string[];
  readonly channels: readonly string[];
  readonly channelData: readonly string[];
}

/** So many names of each kind are tried. */
const TRIED = 40;

/** Collects what signatures of this evidence may cover. */
export function signingOf(events: readonly Evidence[], apps: readonly SigningApp[]): Signing {
  const socketIds = new Set<string>();
  const channels = new Set<string>();
  const channelData = new Set<string>();
  for (const event of events) {
    const frame = frameOf(event);
    if (!frame) continue;
    const data = event.kind === "sent" ? frame.data : frame.decoded;
    if (!isRecord(data)) continue;
    if (event.kind === "received" && typeof data.socket_id === "string") {
      socketIds.add(data.socket_id);
    }
    if (event.kind === "sent" && typeof data.channel === "string") channels.add(data.channel);
    if (event.kind === "sent" && typeof data.channel_data === "string") {
      channelData.add(data.channel_data);
    }
  }
  const some = (values: ReadonlySet<string>) => [...values].slice(0, TRIED);
  return {
    apps,
    socketIds: some(socketIds),
    channels: some(channels),
    channelData: some(channelData),
  };
}

/** The expression that makes the auth value of a sent frame anew; none where nothing explains it. */
export function authExpression(
  data: Readonly<Record<string, unknown>>,
  { apps, socketIds, channels, channelData }: Signing,
  names: readonly Substitution[],
): Substitution | undefined {
  const { auth, channel, channel_data: own, user_data: user } = data;
  if (typeof auth !== "string") return undefined;
  const first = (value: unknown, all: readonly string[]) =>
    typeof value === "string" ? [value, ...all] : all;
  const signed: { readonly right: string; readonly app: SigningApp; readonly text: string }[] = [];
  for (const app of apps) {
    for (const id of socketIds) {
      if (typeof user === "string") {
        signed.push({ right: signUser(app, id, user), app, text: `${id}::user::${user}` });
      }
      for (const name of first(channel, channels)) {
        for (const about of [...first(own, channelData), undefined]) {
          const text = [id, name, ...(about === undefined ? [] : [about])].join(":");
          signed.push({ right: signChannel(app, id, name, about), app, text });
        }
      }
    }
  }
  for (const { right, app, text } of signed) {
    const made = `auth(apps.${app.name}, ${literal(text, names)})`;
    const expression = changed(right, auth, made);
    if (expression !== undefined) return { text: auth, expression };
  }
  return undefined;
}

/** How the signature of an API call is made anew. */
export interface CallSignature {
  readonly app: SigningApp;
  /** What makes the sent signature of the right one; none where it is right. */
  readonly change?: string;
}

/** Explains the signature of a call by the secrets of the apps; `pairs` are without the signature. */
export function callSignature(
  method: string,
  path: string,
  pairs: readonly (readonly [string, string])[],
  given: string | undefined,
  apps: readonly SigningApp[],
): CallSignature | undefined {
  const app = apps.find(({ id }) => path.startsWith(`/apps/${id}/`)) ?? apps[0];
  if (!app) return undefined;
  if (given === undefined) return { app, change: '() => "none"' };
  const query = Object.fromEntries(pairs.map(([name, value]) => [name, unescaped(value)]));
  for (const one of [app, ...apps]) {
    const expression = changed(signRequest(one.secret, method, path, query), given, "right");
    if (expression === "right") return { app: one };
    if (expression !== undefined) return { app: one, change: `(right) => ${expression}` };
  }
  return { app, change: `() => ${JSON.stringify(given)}` };
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** How `given` is made of the right value, whose expression is `made`; none where it is something else. */
function changed(right: string, given: string, made: string): string | undefined {
  if (given === right) return made;
  if (given.length < right.length / 8) return undefined;
  if (given === right.toUpperCase()) return `${made}.toUpperCase()`;
  if (given.toLowerCase() === right.toLowerCase()) {
    return `${made}.replace(/[a-f]/, (letter) => letter.toUpperCase())`;
  }
  if (right.startsWith(given)) return `${made}.slice(0, ${given.length})`;
  if (right.endsWith(given)) return `${made}.slice(-${given.length})`;
  if (given === right + right) return `${made}.repeat(2)`;
  if (given.startsWith(right)) return `${made} + ${JSON.stringify(given.slice(right.length))}`;
  if (given.endsWith(right)) return `${JSON.stringify(given.slice(0, -right.length))} + ${made}`;
  if (given.length !== right.length) return undefined;
  const places = [...right].flatMap((one, at) => one === given[at] ? [] : [at]);
  // A signature of something else agrees with this one in few places, and nowhere in eight on end.
  const digits = right.indexOf(":") + 1;
  const isNear = places.length <= (right.length - digits) / 4 ||
    (places[0] ?? 0) >= digits + 8 || (places.at(-1) ?? right.length) < right.length - 8;
  return isNear ? `altered(${made}, [${places}])` : undefined;
}
