/** What befalls one node of a server, or what its nodes share, where Plumbline started them. */
import type { ServerProcess } from "../../targets/start.ts";
import { milliseconds } from "../language/duration.ts";
import type { EvidenceLog } from "../record/evidence_log.ts";
import { broken, done, type Outcome } from "../engine/verb.ts";

/** Faults of a node, and of its path to the broker; and what ends them. */
export const FAULTS = ["frozen", "thawed", "slow", "half-open", "partitioned", "healed"] as const;

interface Befalling {
  readonly is: string;
  /** From 1. */
  readonly node?: number | undefined;
  readonly service?: string | undefined;
  readonly by?: string | undefined;
}

/** Whether it befalls a part of the server, and not all of it. */
export const isOfPart = ({ is, node, service }: Befalling): boolean =>
  node !== undefined || service !== undefined || FAULTS.some((fault) => fault === is);

/** Does it, and writes down that it was done: what nodes owe meanwhile is for scenarios to say. */
export async function befall(
  told: Befalling,
  server: ServerProcess | undefined,
  log: EvidenceLog,
): Promise<Outcome> {
  const { is, node, service } = told;
  const where = service ?? (node === undefined ? "every node" : `node ${node}`);
  const write = () => log.add({ kind: "server", what: "faulted", detail: `${where}: ${is}` });
  if (service !== undefined) {
    const running = server?.services?.at[service];
    if (!running) return broken(`Plumbline started no service ${service}`);
    if (is !== "restarted") return broken("a service can only be restarted");
    write();
    await running.restart();
    return done();
  }
  const nodes = node === undefined
    ? server?.nodes ?? []
    : server?.nodes.slice(node - 1, node) ?? [];
  if (nodes.length === 0) return broken(`Plumbline started no ${where}`);
  // A broker that is slow makes events late, and excuses nothing.
  if (is === "slow") log.add({ kind: "note", text: `the broker is slow by ${told.by}` });
  else write();
  for (const { program, path } of nodes) {
    if (is === "down") await program.stop("SIGKILL");
    else if (is === "frozen") program.freeze();
    else if (is === "thawed") program.thaw();
    else if (path === undefined) {
      return broken("the file names no broker that nodes reach by a path");
    } else if (is === "slow") path.slow(milliseconds(told.by ?? "0ms"));
    else if (is === "half-open") path.forget();
    else if (is === "partitioned") path.cut();
    else if (is === "healed") path.mend();
    else return broken(`a node cannot be ${is} alone`);
  }
  return done();
}
