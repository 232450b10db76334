/** Where figures of a target come from: its processes, its container, an endpoint, the machine. */
import type { Resources, ResourceSample } from "../record/load/resources.ts";

export type Figures = Omit<ResourceSample, "at">;

export interface Source {
  /** What it is, in words, once it was read: `process 4711 (node) and its children`. */
  describe(): string;
  /**
   * Figures of this moment, those that are rates since the call before. Throws with what is in the
   * way of them; it is asked again a second later.
   *
   * @param tell Hears that the target's process is not the one it was.
   */
  read(tell: (restart: string) => void): Promise<Figures>;
  close?(): void;
}

export type Restart = Resources["restarts"][number];
