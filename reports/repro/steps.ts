/** The recorded evidence of one failure as the lines of a JavaScript program. */
import type { Evidence, EvidenceOf } from "../../suites/record/evidence.ts";
import { frameOf } from "../../suites/record/frames.ts";
import { UsageError } from "../../suites/record/usage_error.ts";
import { isRecord } from "../../suites/wire/frame.ts";
import { bodyMd5 } from "../../suites/wire/signature.ts";
import { authExpression, callSignature, type Signing } from "./signatures.ts";
import { literal, type Substitution } from "./text.ts";

export interface StepContext {
  readonly signing: Signing;
  /** Socket ids and the suffix of names, computed when the file runs. */
  readonly names: readonly Substitution[];
  /** Of the target, before `/app` and `/apps`. */
  readonly prefix: string;
  /** When the run began, to tell what was late on purpose. */
  readonly beganSeconds: number | undefined;
}

/** A request is stale on purpose when its time is so many seconds away from when it was sent. */
const STALE_SECONDS = 60;
const OPCODES = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** `ana#1` is `ana` in the program, and `ana#2` is `ana2`. */
export const variableOf = (socket: string): string => {
  const [name = "", number = "1"] = socket.split("#");
  const word = `${name}${number === "1" ? "" : number}`.replaceAll(/[^A-Za-z0-9]/g, "_");
  return /^(apps|server|run|failure|counts|dies)$|^\d/.test(word) ? `_${word}` : word;
};

/** How an HTTP exchange is called in what the program prints. */
export const callName = (exchange: number): string => `HTTP ${exchange}`;

/** The statements that do again what this end did, in the recorded order. */
export function statements(events: readonly Evidence[], context: StepContext): string[] {
  const lines: string[] = [];
  const received = new Map<string, number>();
  const waited = new Map<string, number>();
  const unanswered = new Set<number>();
  /** The last connection of each client. */
  const current = new Map<string, string>();
  let fragments = 0;
  /** Nothing is sent before what had come by then has come. */
  const wait = () => {
    for (const [socket, count] of received) {
      if (count === (waited.get(socket) ?? 0)) continue;
      waited.set(socket, count);
      lines.push(`await ${variableOf(socket)}.received(${count});`);
    }
  };
  for (const event of events) {
    switch (event.kind) {
      case "step-begin":
        if (isRecord(event.params)) {
          const { sendsText, inOneSegment } = event.params;
          fragments = Array.isArray(sendsText) && inOneSegment === undefined ? sendsText.length : 0;
          const socket = current.get(event.who);
          if ("isHeard" in event.params && socket !== undefined) {
            wait();
            lines.push(`await ${variableOf(socket)}.isHeard();`);
          }
        }
        break;
      case "dial": {
        wait();
        current.set(event.socket.slice(0, event.socket.lastIndexOf("#")), event.socket);
        const { pathname, search } = new URL(event.url);
        const path = `${pathname.slice(context.prefix.length)}${search}`;
        const name = JSON.stringify(variableOf(event.socket));
        lines.push(
          `const ${variableOf(event.socket)} = await connect(${name}, ${
            literal(path, keysOf(context))
          });`,
        );
        break;
      }
      case "received":
        if (event.opcode === "text" || event.opcode === "binary") {
          if (!isPing(event)) received.set(event.socket, (received.get(event.socket) ?? 0) + 1);
        }
        break;
      case "sent": {
        if (event.opcode === "pong" || frameOf(event)?.event === "pusher:pong") break;
        wait();
        const isLast = fragments <= 1;
        lines.push(sending(event, isLast, context));
        if (fragments > 0) fragments--;
        break;
      }
      case "closed":
        if (event.by === "plumbline" && event.code === 1000) {
          wait();
          lines.push(`${variableOf(event.socket)}.closes();`);
        }
        break;
      case "fault":
        wait();
        lines.push(breaking(event));
        break;
      case "request":
        wait();
        unanswered.add(event.exchange);
        lines.push(calling(event, context));
        break;
      case "response":
      case "no-response": {
        // Awaited where it was answered before anything else was sent.
        const call = lines.at(-1);
        if (
          unanswered.delete(event.exchange) &&
          call?.startsWith(`call("${callName(event.exchange)}"`)
        ) {
          lines[lines.length - 1] = `await ${call}`;
        }
        break;
      }
      case "page":
        throw new UsageError("a page of a client library cannot be written as one file");
      case "server":
        if (event.what !== "died") {
          throw new UsageError(
            "the server was stopped or started meanwhile; one file cannot do that",
          );
        }
        break;
      default:
    }
  }
  wait();
  return lines;
}

export const isPing = (event: Evidence): boolean => frameOf(event)?.event === "pusher:ping";

const keysOf = ({ signing }: StepContext): Substitution[] =>
  signing.apps.map(({ name, key }) => ({ text: key, expression: `apps.${name}.key` }));

function sending(
  event: EvidenceOf<"sent" | "received">,
  isLast: boolean,
  { signing, names }: StepContext,
): string {
  const who = variableOf(event.socket);
  if (event.opcode === "raw") return `${who}.writes(${bytes(event.base64 ?? "")});`;
  if (event.text === undefined || event.opcode !== "text") {
    const payload = event.text === undefined
      ? bytes(event.base64 ?? "")
      : `Buffer.from(${literal(event.text, names)})`;
    return `${who}.sendsFrame(${OPCODES[event.opcode]}, ${payload}${isLast ? "" : ", false"});`;
  }
  const data = frameOf(event)?.data;
  const auth = isRecord(data) ? authExpression(data, signing, names) : undefined;
  return `${who}.sends(${literal(event.text, [...names, ...(auth ? [auth] : [])])});`;
}

const bytes = (base64: string): string => `Buffer.from("${base64}", "base64")`;

function breaking({ what, of }: EvidenceOf<"fault">): string {
  if (of === undefined) throw new UsageError(`one file cannot do this: ${what}`);
  if (what.endsWith("resets its connection")) return `${variableOf(of)}.resets();`;
  if (what.endsWith("ends its half of the TCP connection")) {
    return `${variableOf(of)}.halfCloses();`;
  }
  throw new UsageError(`one file cannot do this: ${what}`);
}

function calling(event: EvidenceOf<"request">, context: StepContext): string {
  const { exchange, method, body, headers } = event;
  const [path = "", search = ""] = event.path.slice(context.prefix.length).split("?");
  const all = search === "" ? [] : search.split("&").map((pair): [string, string] => {
    const at = pair.indexOf("=");
    return at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
  });
  const given = all.find(([name]) => name === "auth_signature")?.[1];
  const pairs = all.filter(([name]) => name !== "auth_signature");
  const { names, signing } = context;
  const signed = callSignature(method, path, pairs, given, signing.apps);
  const text = literal(body, names);
  const query = pairs.map(([name, value]) =>
    `[${JSON.stringify(name)}, ${parameter(name, value, event, text, context)}]`
  );
  const { "content-length": _length, host: _host, ...kept } = headers;
  const options = [
    ...(Object.keys(kept).length > 0 ? [`headers: ${JSON.stringify(kept)}`] : []),
    ...(signed?.change === undefined ? [] : [`change: ${signed.change}`]),
  ];
  return `call("${callName(exchange)}", apps.${signed?.app.name}, "${method}", ${
    pathLiteral(path, context)
  }, [${query.join(", ")}]${body === "" && options.length === 0 ? "" : `, ${text}`}${
    options.length === 0 ? "" : `, { ${options.join(", ")} }`
  });`;
}

function pathLiteral(path: string, { signing, names }: StepContext): string {
  const app = signing.apps.find(({ id }) => path.startsWith(`/apps/${id}/`));
  if (!app) return literal(path, names);
  const root = `/apps/${app.id}`;
  return `\`/apps/\${apps.${app.name}.id}${literal(path.slice(root.length), names).slice(1)}`;
}

function parameter(
  name: string,
  value: string,
  { body, t }: EvidenceOf<"request">,
  text: string,
  { beganSeconds, signing, names }: StepContext,
): string {
  if (name === "auth_timestamp" && /^\d+$/.test(value)) {
    const offset = beganSeconds === undefined
      ? 0
      : Math.round(Number(value) - beganSeconds - t / 1000);
    return Math.abs(offset) < STALE_SECONDS ? "now()" : `now(${offset})`;
  }
  if (name === "body_md5" && value === bodyMd5(body)) return `hash(${text})`;
  const key = name === "auth_key" ? signing.apps.find((app) => app.key === value) : undefined;
  return key ? `apps.${key.name}.key` : literal(value, names);
}
