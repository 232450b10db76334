/** What tests of faults between nodes share: how often, and what is promised after each. */
import { assertEquals, assertLess } from "@std/assert";
import type Pusher from "pusher";
import type { TestSocket } from "../../testing/socket.ts";

/** `.ci/long` does a hundred of each. */
export const ROUNDS = Number(Deno.env.get("FAULT_ROUNDS") ?? 1);

/** As README says. */
export const RESUMES_MS = 10_000;

/** The channel that all of them are on. */
export const ROOM = "presence-room";

export const named = ({ frames }: TestSocket, event: string) =>
  frames.filter((frame) => frame.event === event);

export const userIn = ({ data }: { data?: string }): string => JSON.parse(data ?? "").user_id;

/** The status of the answer to a publication. */
export const publish = (api: Pusher, event: string): Promise<number> =>
  api.trigger(ROOM, event, {}).then(
    ({ status }) => status,
    ({ status }: { status: number }) => status,
  );

/** Publishes until all of them have got it, and what came before it. */
export async function resumes(
  api: Pusher,
  event: string,
  sockets: readonly TestSocket[],
): Promise<void> {
  const began = performance.now();
  while (sockets.some((socket) => named(socket, event).length === 0)) {
    assertLess(performance.now() - began, RESUMES_MS);
    await publish(api, event);
    await Promise.all(sockets.map((socket) => socket.settled()));
  }
}

/** Who is in the room, as a node says. */
export async function present(api: Pusher): Promise<string[]> {
  const answer = await api.get({ path: `/channels/${ROOM}/users` });
  return (await answer.json()).users.map(({ id }: { id: string }) => id).sort();
}

/** What a socket was told of one user is a story: comes, goes, comes; the last is how it is. */
export function assertToldTruly(socket: TestSocket, user: string, isPresent: boolean): void {
  const told = socket.frames.filter(({ event }) => /:member_(added|removed)$/.test(event))
    .filter((frame) => userIn(frame) === user).map(({ event }) => event.split("_").at(-1));
  const expected = told.map((_, n) => n % 2 === 0 ? "added" : "removed");
  assertEquals(told, expected);
  assertEquals(told.at(-1), isPresent ? "added" : "removed");
}
