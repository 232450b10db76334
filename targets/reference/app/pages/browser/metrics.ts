/** The figures of the business as they change, and a chart of the last ones. */
import { ask, money } from "./api.ts";
import { echo, fetchedOnEachSubscription, Versions } from "./connection.ts";

interface Figures {
  readonly revenue_today: number;
  readonly active_users: number;
  readonly orders_last_hour: number;
  readonly server_cpu: number;
  readonly version: number;
  readonly updated_at: string;
}

/** Points of the chart. */
const POINTS = 60;

export const metrics = () => ({
  figures: {
    revenue_today: 0,
    active_users: 0,
    orders_last_hour: 0,
    server_cpu: 0,
    version: 0,
    updated_at: "",
  } as Figures, // until the first are fetched
  history: [] as number[], // of the processor, in percent
  versions: new Versions(),

  init() {
    const channel = echo.private("admin.dashboard");
    fetchedOnEachSubscription(channel, async () => {
      const { status, body } = await ask("GET", "/api/metrics");
      if (status === 200 && this.versions.fetched(body.data.version)) this.show(body.data);
    });
    channel.listen(".metrics.updated", (figures: Figures) => {
      if (this.versions.of(figures.version) !== "stale") this.show(figures);
    });
  },

  show(figures: Figures) {
    this.figures = figures;
    this.history = [...this.history, figures.server_cpu].slice(-POINTS);
  },

  get revenue(): string {
    return money(this.figures.revenue_today);
  },
  get cpu(): string {
    return `${this.figures.server_cpu}%`;
  },
  get updated(): string {
    const { updated_at } = this.figures;
    return updated_at === "" ? "Not yet" : new Date(updated_at).toLocaleTimeString();
  },
  get line(): string {
    return this.history.map((percent, at) => `${at * 100 / (POINTS - 1)},${100 - percent}`)
      .join(" ");
  },
  get chartLabel(): string {
    return `Processor over the last ${this.history.length} readings, now ${this.cpu}`;
  },
});
