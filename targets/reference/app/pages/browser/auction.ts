/** A lot that is being bid for: its state, bidding, and what has happened. */
import { ask, money, said } from "./api.ts";
import { echo, fetchedOnEachSubscription, Versions } from "./connection.ts";
import { type Line, logged } from "./log.ts";

interface Heard {
  readonly version: number;
  readonly amount?: number;
  readonly bid_count?: number;
  readonly status?: string;
  readonly price?: number;
}

export const auction = () => ({
  lot: {
    title: "",
    status: "",
    price: 0,
    bid_count: 0,
    reserve_met: false,
    minimum_bid: 0,
    version: 0,
  },
  amount: "",
  refusal: "",
  lines: [] as Line[], // filled as things happen
  versions: new Versions(),

  init() {
    const name = said("subject");
    const channel = name.startsWith("private-")
      ? echo.private(name.slice("private-".length))
      : echo.channel(name);
    fetchedOnEachSubscription(channel, () => this.fetchState());
    for (const event of ["LotStarted", "BidPlaced", "AuctionClosed"]) {
      channel.listen(`.${event}`, (data: Heard) => this.hear(event, data));
    }
  },

  get id(): string {
    return said("subject").replace(/^.*auction\./, "");
  },
  get price(): string {
    return money(this.lot.price);
  },
  get minimum(): string {
    return money(this.lot.minimum_bid);
  },
  get reserve(): string {
    return this.lot.reserve_met ? "The reserve is met" : "The reserve is not met yet";
  },
  get isLive(): boolean {
    return this.lot.status === "live";
  },

  tell(text: string) {
    this.lines = logged(this.lines, text);
  },

  hear(event: string, data: Heard) {
    const kind = this.versions.of(data.version);
    if (kind === "stale") {
      this.tell(`Discarded an event of version ${data.version}, which is old`);
      return;
    }
    this.lot = {
      ...this.lot,
      ...data,
      price: data.price ?? data.amount ?? this.lot.price,
      status: data.status ?? this.lot.status,
    };
    this.tell(event === "BidPlaced" ? `A bid of ${this.price}` : `The lot is ${this.lot.status}`);
    // What a bid must be at least, the event does not say; and events may be missing before it.
    void this.fetchState();
  },

  async fetchState() {
    const { status, body } = await ask("GET", `/auctions/${this.id}`);
    if (status !== 200 || !this.versions.fetched(body.data.version)) return;
    if (body.data.version > this.lot.version && this.lot.version > 0) {
      this.tell(`Caught up with version ${body.data.version}`);
    }
    this.lot = { ...this.lot, ...body.data };
  },

  async bid() {
    this.refusal = "";
    const amount = Math.round(Number(this.amount) * 100);
    const { status, body } = await ask("POST", `/auctions/${this.id}/bids`, { amount });
    if (status === 201) this.amount = "";
    else this.refusal = body?.message ?? `The application answered ${status}`;
    await this.fetchState();
  },
});
