/** How the page is connected, in a word. */
import { connection } from "./connection.ts";

const LABELS: Readonly<Record<string, string>> = {
  initialized: "Connecting",
  connecting: "Connecting",
  connected: "Live",
  unavailable: "Offline, trying again",
  failed: "Cannot connect",
  disconnected: "Disconnected",
};

export const badge = () => ({
  state: "connecting",
  init() {
    this.state = connection.state;
    connection.bind("state_change", ({ current }: { current: string }) => {
      this.state = current;
    });
  },
  get label(): string {
    return LABELS[this.state] ?? this.state;
  },
});
