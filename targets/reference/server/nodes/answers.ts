/** What the script answers, read once: Redis has no types, and Lua no empty lists. */
import { z } from "zod";
import { FULL } from "./script.ts";

/** An empty table of Lua's is an object in JSON. */
const list = z.array(z.string()).or(z.strictObject({}).transform((): string[] => []));
const number = z.coerce.number();

/** `HGETALL` of users and their info. */
const members = list.transform((flat) => {
  const present = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    present.push({ userId: flat[at] ?? "", userInfo: flat[at + 1] ?? "" });
  }
  return present;
});

const cachedEvent = z.strictObject({ event: z.string(), data: z.string() });

export const answers = {
  number,
  count: z.tuple([number, number]),
  users: z.array(z.string()),
  channels: z.array(z.tuple([z.string(), number, number])),
  recalled: z.tuple([z.string(), number]).nullable(),
  online: z.tuple([list]).transform(([here]) => here),
  members: z.tuple([members, number]),
  /** Undefined when the channel is full. */
  entry: z.tuple([z.literal(FULL)]).transform(() => undefined).or(
    z.tuple([members, z.string().or(z.literal(false)), z.boolean()]).transform((
      [present, cached, added],
    ) => ({
      members: present,
      cached: cached === false ? undefined : cachedEvent.parse(JSON.parse(cached)),
      added,
    })),
  ),
};
