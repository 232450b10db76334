/** A document that several look at: who is here, who types, and where they point, by whispers. */
import type { PresenceChannel } from "pusher-js";
import { ask, said } from "./api.ts";
import { echo } from "./connection.ts";
import { document } from "./dom.ts";

interface Person {
  readonly id: string;
  readonly name: string;
}
interface Pointer extends Person {
  readonly x: number;
  readonly y: number;
}
/** What the server adds to a whisper: who it is from, which nobody can forge. */
interface From {
  readonly user_id?: string;
}

/** Between two whispers of one kind: servers refuse whoever sends more than ten a second. */
const EVERY_MS = 200;
/** Who has not typed for so long does not type. */
const TYPING_MS = 2000;
/** Between heartbeats. */
const HEARTBEAT_MS = 20_000;

export const collaboration = () => ({
  people: [] as Person[], // those who are here
  typing: [] as string[], // the ids of those who type
  pointers: [] as Pointer[], // where the others point
  whispered: { typing: 0, pointing: 0 },
  timers: new Map<string, ReturnType<typeof setTimeout>>(),
  room: undefined as ReturnType<typeof echo.join> | undefined, // until it is joined

  init() {
    const id = said("subject");
    const room = echo.join(`document.${id}`);
    // What Echo hands on says who somebody is, but not by which id: the library's own list does.
    const { members } = room.subscription as PresenceChannel; // join makes no other
    const look = () => this.meet(members.members);
    this.room = room.here(look).joining(look).leaving(look)
      .listenForWhisper("typing", (_data: unknown, from: From = {}) => this.hearTyping(from))
      .listenForWhisper(
        "cursor",
        (data: { x: number; y: number }, from: From = {}) => this.hearPointer(data, from),
      );
    const viewing = { resource_type: "documents", resource_id: id };
    void ask("POST", "/api/sync/start-viewing", viewing);
    setInterval(() => void ask("POST", "/api/sync/heartbeat", {}), HEARTBEAT_MS);
    addEventListener("pagehide", () => void ask("POST", "/api/sync/stop-viewing", {}));
  },

  get typists(): string {
    const names = this.people.filter(({ id }) => this.typing.includes(id)).map(({ name }) => name);
    if (names.length === 0) return "Nobody is typing";
    return `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} typing`;
  },

  meet(members: Readonly<Record<string, { readonly name: string }>>) {
    this.people = Object.entries(members).map(([id, { name }]) => ({ id, name }));
    const isHere = (id: string) => members[id] !== undefined;
    this.pointers = this.pointers.filter(({ id }) => isHere(id));
    this.typing = this.typing.filter(isHere);
  },
  hearTyping({ user_id = "" }: From) {
    clearTimeout(this.timers.get(user_id));
    this.timers.set(user_id, setTimeout(() => this.rest(user_id), TYPING_MS));
    this.typing = [...this.typing.filter((id) => id !== user_id), user_id];
  },
  rest(userId: string) {
    this.typing = this.typing.filter((id) => id !== userId);
  },
  hearPointer({ x, y }: { x: number; y: number }, { user_id }: From) {
    const person = this.people.find(({ id }) => id === user_id);
    if (person === undefined) return;
    const others = this.pointers.filter(({ id }) => id !== user_id);
    this.pointers = [...others, { ...person, x: Number(x), y: Number(y) }];
  },

  /** Whether a whisper of this kind is due; one that is not is left out. */
  isDue(kind: "typing" | "pointing"): boolean {
    const now = Date.now();
    if (now - this.whispered[kind] < EVERY_MS) return false;
    this.whispered[kind] = now;
    return true;
  },
  type() {
    if (this.isDue("typing")) this.room?.whisper("typing", { typing: true });
  },
  point(event: { readonly clientX: number; readonly clientY: number }) {
    if (!this.isDue("pointing")) return;
    const board = document.querySelector("#board")?.getBoundingClientRect();
    if (board === undefined) return;
    const part = (at: number, from: number, size: number) => Math.round((at - from) / size * 100);
    this.room?.whisper("cursor", {
      x: part(event.clientX, board.left, board.width),
      y: part(event.clientY, board.top, board.height),
    });
  },
});
