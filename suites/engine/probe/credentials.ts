/**
 * Whether key, app id and secret fit.
 *
 * A server asks for them at several doors. A door proves a setting where it answers otherwise to a
 * value that is surely wrong. A setting is wrong only if a door refuses it and no door proves it; a
 * server that refuses right signatures at one door is judged, not excused.
 */
import type { App } from "../../../targets/target.ts";
import type { Client } from "../../client/client.ts";
import type { Evidence } from "../../record/evidence.ts";
import { WrongSetting } from "../unreachable.ts";
import { type Answer, answerOf } from "./answer.ts";
import { callApi, signIn, subscribe, withClients } from "./ask.ts";
import type { Asking } from "./asking.ts";

const SETTINGS = ["key", "id", "secret"] as const;
type Setting = typeof SETTINGS[number];

interface Door {
  readonly name: string;
  /** What a wrong value of these would be refused for. */
  readonly asksFor: readonly Setting[];
  ask(asking: Asking, app: App): Promise<Answer>;
}

const CONNECTION: Door = {
  name: "a connection",
  asksFor: ["key"],
  ask: async (asking, app) =>
    await withClients(asking, 1, ([{ greeted }]) => Promise.resolve(answerOf(greeted)), app) ??
      answerOf(undefined),
};
const READING: Door = {
  name: "GET /channels",
  asksFor: SETTINGS,
  ask: async (asking, app) =>
    answerOf(await callApi(asking, { method: "GET", path: "/channels" }, app)),
};
const WRITING: Door = {
  name: "POST /events",
  asksFor: SETTINGS,
  ask: async (asking, app) => {
    const body = { name: "probe", channel: asking.names.of("probe"), data: "{}" };
    return answerOf(await callApi(asking, { method: "POST", path: "/events", body }, app));
  },
};
const PRIVATE: Door = {
  name: "a private channel",
  asksFor: ["secret"],
  ask: (asking, app) =>
    asClient(asking, app, (client) => subscribe(asking, client, asking.names.of("private-probe"))),
};
const SIGN_IN: Door = {
  name: "sign-in",
  asksFor: ["secret"],
  ask: (asking, app) =>
    asClient(asking, app, (client) => signIn(asking, client, asking.names.of("probe"))),
};
/** Needs nothing but a connection; sign-in is asked only where others refuse, for many servers lack it. */
const FIRST = [CONNECTION, READING, WRITING, PRIVATE];

async function asClient(
  asking: Asking,
  app: App,
  ask: (client: Client) => Promise<Evidence | undefined>,
): Promise<Answer> {
  const answer = await withClients(
    asking,
    1,
    async ([{ client }]) => client.socketId === undefined ? undefined : await ask(client),
    app,
  );
  return answerOf(answer);
}

/**
 * Holds the target file's key, id and secret against every door. Returns what was refused although
 * the settings are right. Throws `WrongSetting`.
 */
export async function proveCredentials(asking: Asking): Promise<readonly string[]> {
  const { main } = asking.target.apps;
  const ask = async (door: Door): Promise<Refusable> => ({
    door,
    answer: await door.ask(asking, main),
  });
  const first = withoutAbsent(await Promise.all(FIRST.map(ask)));
  if (!first.some(isRefused)) return [];
  const asked = [...first, await ask(SIGN_IN)];
  const wrong = await doubted(asking, asked);
  if (wrong.length > 0) throw wrongSetting(wrong, asked, asking.target.target.file);
  return asked.filter(isRefused).map(({ door, answer }) =>
    `${door.name} was refused with right settings: ${answer.says}`
  );
}

/** A call that the server does not know refuses no setting, where another call is accepted. */
function withoutAbsent(asked: readonly Refusable[]): Refusable[] {
  const isAccepted = asked.some(({ door, answer }) =>
    door === WRITING && answer.outcome === "accepted"
  );
  return asked.filter(({ door, answer }) =>
    !(isAccepted && door === READING && NO_SUCH_CALL.has(answer.kind))
  );
}

/** Not found, method not allowed, not implemented. */
const NO_SUCH_CALL = new Set(["HTTP 404", "HTTP 405", "HTTP 501"]);

interface Refusable {
  readonly door: Door;
  readonly answer: Answer;
}

const isRefused = ({ answer }: Refusable) => answer.outcome === "refused";

/** The settings that some door refuses and no door proves, without those that another one explains. */
async function doubted(asking: Asking, asked: readonly Refusable[]): Promise<Setting[]> {
  const found = new Set<Setting>();
  await Promise.all(SETTINGS.map(async (setting) => {
    const askingIt = asked.filter(({ door }) => door.asksFor.includes(setting));
    if (!askingIt.some(isRefused)) return;
    const told = await Promise.all(
      askingIt.map(({ door, answer }) => tellsApart(door, setting, answer, asking)),
    );
    if (!told.includes(true)) found.add(setting);
  }));
  const refusedBy = (door: Door) => asked.some((one) => one.door === door && isRefused(one));
  // Without a connection nothing else was asked but the API, which refuses a wrong key too.
  if (found.has("key") && refusedBy(CONNECTION)) return ["key"];
  // The API refuses a wrong secret too, and clients have no id.
  if (found.has("secret") && (refusedBy(PRIVATE) || refusedBy(SIGN_IN))) found.delete("id");
  return SETTINGS.filter((setting) => found.has(setting));
}

/** Whether a door answers the file's value of a setting otherwise than values that are surely wrong. */
async function tellsApart(
  door: Door,
  setting: Setting,
  right: Answer,
  asking: Asking,
): Promise<boolean> {
  const { main } = asking.target.apps;
  const [one, other] = await Promise.all(
    ["3141592653", "2718281828"].map((value) => door.ask(asking, { ...main, [setting]: value })),
  );
  if (!one || !other) return false;
  if ([right, one, other].some(({ outcome }) => outcome === "open")) return false;
  const mine = main[setting];
  // Where even two wrong values are answered in other words, words prove nothing.
  return right.kind !== one.kind ||
    isSame(one, other, mine) && !isSame(right, one, mine);
}

/** Whether two answers say the same, apart from the value that one of them may repeat. */
const isSame = (one: Answer, other: Answer, value: string) =>
  one.words.replaceAll(value, "#") === other.words.replaceAll(value, "#");

const CALLED: Readonly<Record<Setting, string>> = { key: "key", id: "app id", secret: "secret" };

function wrongSetting(
  wrong: readonly Setting[],
  asked: readonly Refusable[],
  file: string,
): WrongSetting {
  const refused = asked.filter((one) =>
    isRefused(one) && one.door.asksFor.some((setting) => wrong.includes(setting))
  );
  const names = wrong.map((setting) => CALLED[setting]).join(" or ");
  const doors = refused.map(({ door }) => door.name).join(", ");
  const right = wrong.length === 1 && wrong[0] === "secret"
    ? "right signatures"
    : `a right ${names}`;
  return new WrongSetting(
    `Wrong ${names}, or this server refuses ${right}: ${doors} got the answer that a made-up ${names} gets (${
      refused[0]?.answer.says
    }); correct ${wrong.map((setting) => `apps.main.${setting}`).join(" and ")} in ${file}`,
  );
}
