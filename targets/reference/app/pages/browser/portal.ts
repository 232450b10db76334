/** What a client sees: his invoices, what happens, and what is announced to everybody. */
import { ask, money, said } from "./api.ts";
import { echo, fetchedOnEachSubscription } from "./connection.ts";

interface Invoice {
  readonly id: string;
  readonly number: string;
  readonly total: number;
  readonly status: string;
  readonly version: number;
}
interface Activity {
  readonly activity_id: string;
  readonly by: string;
  readonly description: string;
}
interface Announcement {
  readonly id: string;
  readonly title: string;
  readonly body: string;
}

export const portal = () => ({
  invoices: [] as (Invoice & { readonly sum: string })[], // the newest first
  activities: [] as Activity[], // the newest first
  announcements: [] as Announcement[], // the newest first

  init() {
    const channel = echo.private(`client.${said("user")}`);
    fetchedOnEachSubscription(channel, () => this.fetchState());
    const events = [
      "InvoiceCreated",
      "InvoiceStatusChanged",
      "ActivityFeedUpdated",
      "ProjectUpdated",
      "FileUploaded",
      "FileDeleted",
    ];
    for (const event of events) channel.listen(`.${event}`, () => void this.fetchState());
    const everybody = echo.channel("portal");
    fetchedOnEachSubscription(everybody, () => this.fetchAnnouncements());
    everybody.listen(".Announcement", () => void this.fetchAnnouncements());
  },

  asked: 0,
  async fetchState() {
    const mine = ++this.asked;
    const [invoices, feed] = await Promise.all([
      ask("GET", "/invoices"),
      ask("GET", `/api/sync/activities?client_id=${said("user")}&limit=20`),
    ]);
    // Of several that are under way the one that was asked last is the newest.
    if (mine !== this.asked || invoices.status !== 200 || feed.status !== 200) return;
    this.invoices = invoices.body.data.invoices.map((one: Invoice) => ({
      ...one,
      sum: money(one.total),
    }));
    this.activities = feed.body.data.activities;
  },
  async fetchAnnouncements() {
    const { status, body } = await ask("GET", "/announcements");
    if (status === 200) this.announcements = body.data.announcements;
  },
});
