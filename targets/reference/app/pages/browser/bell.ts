/** The notification bell: how many are unread, and what they say. */
import { ask, said } from "./api.ts";
import { document } from "./dom.ts";
import { echo, fetchedOnEachSubscription, Versions } from "./connection.ts";

interface Notice {
  readonly id: string;
  readonly title: string;
  readonly message: string;
  readonly status: string;
}

export const bell = () => ({
  unread: 0,
  notices: [] as Notice[], // the newest first
  open: false,
  versions: new Versions(),

  init() {
    if (said("user") === "") return;
    const channel = echo.private(`users.${said("user")}`);
    fetchedOnEachSubscription(channel, () => this.fetchState());
    for (const event of ["notification.received", "notification.read"]) {
      channel.listen(`.${event}`, ({ version, unread }: { version: number; unread: number }) => {
        if (this.versions.of(version) === "stale") return;
        this.unread = unread;
        void this.fetchState();
      });
    }
  },

  get isKnown(): boolean {
    return said("user") !== "";
  },
  get label(): string {
    return `Notifications, ${this.unread} unread`;
  },
  get isExpanded(): string {
    return String(this.open);
  },

  async fetchState() {
    const { status, body } = await ask("GET", "/notifications");
    if (status !== 200 || !this.versions.fetched(body.data.version)) return;
    this.notices = body.data.notifications;
    this.unread = body.data.unread;
  },
  toggle() {
    this.open = !this.open;
  },
  shut() {
    this.open = false;
  },
  async read(id: string) {
    // Its own button goes away; whoever uses a keyboard must not be lost with it.
    document.querySelector("#bell")?.focus();
    await ask("POST", `/notifications/${id}/read`, {});
    await this.fetchState();
  },
});
