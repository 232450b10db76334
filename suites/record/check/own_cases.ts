/** Cases that are no scenarios of a file: what a run judges of itself, or finds by itself. */

/** Whether the server was there all the time (P-318). */
export const RUN_CASE = { id: "run/server-stays-up", suite: "run", title: "The server stays up" };

/** Random histories, which the run judges beside its scenarios. */
export const EXPLORE_CASE = {
  id: "explore/histories",
  suite: "explore",
  title: "Random histories are explained by the protocol",
};

/** Whether this is one of them. */
export const isOwnCase = (id: string): boolean =>
  id === RUN_CASE.id || id.startsWith(`${EXPLORE_CASE.suite}/`);
