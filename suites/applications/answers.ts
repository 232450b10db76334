/** What an application must answer to each operation, and reading it out of what it did answer. */
import { z } from "zod";
import { isRecord } from "../wire/frame.ts";
import type { HttpResponse } from "../wire/http.ts";
import type { Place } from "../language/request.ts";
import { LOT_STATUSES, type OperationName, ORDER_STATUSES } from "../language/operations.ts";

const text = z.union([z.string(), z.number()]).transform(String).pipe(z.string().min(1));
const whole = z.coerce.number().int();
const yes = z.union([z.boolean(), z.literal([0, 1, "0", "1", "true", "false"])])
  .transform((value) => value === true || value === 1 || value === "1" || value === "true");
const nothing = z.object({});

const lot = z.object({
  status: z.enum(LOT_STATUSES),
  price: whole,
  bidCount: whole,
  reserveMet: yes,
  version: whole,
});
const sale = z.object({ status: text, currentLot: text.nullable(), version: whole });
const order = z.object({ status: z.enum(ORDER_STATUSES), version: whole });
const changes = { versions: z.array(whole).optional() };

/** The answers of every operation; what is optional need not be mapped. */
export const OPERATIONS = {
  createUser: z.object({ userId: text }),
  createSale: z.object({ saleId: text, lotIds: z.array(text).min(1) }),
  createOrder: z.object({ orderId: text }),
  withdrawAccess: nothing,
  logIn: nothing,
  logOut: nothing,
  authorizeChannel: z.object({
    auth: z.string(),
    channelData: z.string().optional(),
    sharedSecret: z.string().optional(),
  }),
  authenticateUser: z.object({ auth: z.string(), userData: z.string() }),
  startLot: z.object({ version: whole.optional() }),
  placeBid: z.object({ bidCount: whole.optional(), version: whole.optional() }),
  closeLot: z.object({
    status: z.enum(LOT_STATUSES).optional(),
    price: whole.optional(),
    version: whole.optional(),
  }),
  transitionOrder: z.object({
    status: z.enum(ORDER_STATUSES).optional(),
    version: whole.optional(),
  }),
  readLot: lot.extend({ won: yes.default(false) }),
  readSale: sale,
  readOrder: order,
  lotChanges: lot.extend(changes),
  saleChanges: sale.extend(changes),
  orderChanges: order.extend(changes),
} satisfies Record<OperationName, z.ZodObject>;

/** The value at a dotted path; `*` gathers each of a list. Undefined where there is none. */
export function valueAt(value: unknown, path: string): unknown {
  const [head = "", ...rest] = path.split(".");
  if (head === "") return value;
  const further = rest.join(".");
  if (head === "*") {
    if (!Array.isArray(value)) return undefined;
    const found = value.map((item) => valueAt(item, further));
    return found.includes(undefined) ? undefined : found;
  }
  const next = Array.isArray(value)
    ? value[Number(head)]
    : isRecord(value) && Object.hasOwn(value, head)
    ? value[head]
    : undefined;
  return next === undefined ? undefined : valueAt(next, further);
}

/** JSON where it is JSON, and undefined else. */
export function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The value at a place of an answer; undefined where there is none. */
export function valueIn(
  { body, headers }: Pick<HttpResponse, "body" | "headers">,
  place: Place,
): unknown {
  if (typeof place === "string") return valueAt(parsed(body), place);
  const [expression, text] = "matches" in place
    ? [place.matches, body]
    : [place.location, headers.location ?? ""];
  const found = new RegExp(expression).exec(text);
  return found?.[1] ?? found?.[0];
}

/** A place in words, for messages. */
export function placeInWords(place: Place): string {
  return typeof place === "string"
    ? `"${place}"`
    : "matches" in place
    ? `/${place.matches}/ in its body`
    : `/${place.location}/ in its Location header`;
}

/** Reads an operation's answers, or says which is missing and what is there instead. */
export function readAnswers<O extends OperationName>(
  operation: O,
  response: Pick<HttpResponse, "body" | "headers">,
  places: Readonly<Record<string, Place>>,
  words: Readonly<Record<string, string>>,
): { ok: true; value: z.output<(typeof OPERATIONS)[O]> } | { ok: false; why: string } {
  const found = Object.fromEntries(
    Object.entries(places).flatMap(([name, place]) => {
      const value = valueIn(response, place);
      if (value === undefined) return [];
      return [[name, name === "status" ? words[String(value)] ?? value : value]];
    }),
  );
  const result = OPERATIONS[operation].safeParse(found);
  // Each schema belongs to its operation, which the type of a table of them cannot say.
  if (result.success) {
    return { ok: true, value: result.data as z.output<(typeof OPERATIONS)[O]> };
  }
  const wrong = result.error.issues[0];
  const name = String(wrong?.path[0] ?? "");
  const place = places[name];
  const at = place === undefined ? "no path for it in the file" : `at ${placeInWords(place)}`;
  const there = found[name] === undefined ? "nothing is there" : JSON.stringify(found[name]);
  return { ok: false, why: `${operation} promises "${name}" (${at}), but ${there}` };
}
