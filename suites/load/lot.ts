/**
 * What a load needs of an application: lots on sale, somebody logged in who bids on them and hears
 * of them, and the requests by which he does.
 */
import type { Answer, Composed, OpenApplication, Visitor } from "../language/application.ts";
import type { OperationName, Role } from "../language/operations.ts";
import { openRecorder } from "../record/evidence_log.ts";
import { CannotRun, type Session } from "./engine.ts";
import type { LoadPlan } from "../record/load/plan.ts";
import type { LoadScenario } from "./scenario.ts";
import { withoutSecrets } from "./session.ts";

type Request = NonNullable<LoadPlan["publishers"][number]["request"]>;
type Accepted = Request["accepted"];
export type Authorize = NonNullable<LoadPlan["clients"][number]["authorize"]>;

/** A lot that is live, and how it is bid on: the step between two bids is the scenario's. */
export interface Lot {
  readonly channel: string;
  /** The event that tells of a bid, by its name on the wire. */
  readonly event: string;
  readonly bid: Omit<Request, "step">;
}

/** What was set up in an application. */
export interface Sale {
  /** By the name of its channel in the scenario. */
  readonly lots: Readonly<Record<string, Lot>>;
  readonly authorize: Authorize;
  /** What lets its bidder in. */
  readonly session: Session;
}

const NEEDED: readonly OperationName[] = [
  "createUser",
  "logIn",
  "createSale",
  "startLot",
  "placeBid",
  "authorizeChannel",
];
/** What a first bid is. */
const STARTING_PRICE = 100;
/** What engines fill in stands where the amount does. */
const NUMBER = "$number" as unknown as number; // a visitor writes it as it is
const DEADLINE_MS = 10_000;
/** The names of the scenario's channels that are an application's. */
export const lotsOf = ({ channels }: Pick<LoadScenario, "channels">): string[] =>
  Object.entries(channels).flatMap(([name, { kind }]) => kind === "lot" ? [name] : []);

/** Puts the scenario's lots on sale and lets a bidder in. Throws `CannotRun` with what is missing. */
export async function putOnSale(
  application: OpenApplication,
  scenario: Pick<LoadScenario, "channels" | "publish">,
): Promise<Sale> {
  const missing = NEEDED.filter((operation) => !application.offers.has(operation));
  if (missing.length > 0) {
    throw new CannotRun(`${application.title} offers no ${missing.join(", ")}: its file maps none`);
  }
  const visitors = visiting(application);
  try {
    const [officer, bidder] = [await visitors.letIn("officer"), await visitors.letIn("bidder")];
    const lots: Record<string, Lot> = {};
    let session: Session = { headers: {}, words: {} };
    for (const name of lotsOf(scenario)) {
      const lot = await startLot(officer, incrementOf(scenario, name));
      const bid = await bidder.compose("placeBid", { lot, amount: NUMBER });
      const split = withoutSecrets(bid, await bidder.secrets());
      session = { ...split.session, headers: { ...session.headers, ...split.session.headers } };
      lots[name] = lotOf(application, lot, { ...bid, ...split.open });
    }
    const signing = await bidder.compose("authorizeChannel", { socketId: "1.1", channel: "any" });
    const signed = withoutSecrets(signing, await bidder.secrets());
    const { "Content-Type": _, ...headers } = signed.open.headers;
    return {
      lots,
      authorize: { url: signed.open.url, headers },
      session: { ...session, headers: { ...session.headers, ...signed.session.headers } },
    };
  } finally {
    visitors.leave();
  }
}

/** The smallest step between two bids: that of the bids that the scenario makes. */
const incrementOf = ({ publish }: Pick<LoadScenario, "publish">, name: string) =>
  Math.min(...publish.flatMap((one) => "bid" in one && one.to === name ? [one.bid] : []), 10);

function visiting(application: OpenApplication) {
  let exchanges = 0;
  const witness = {
    log: openRecorder(() => {}).log("load"),
    deadlineMs: DEADLINE_MS,
    nextExchange: () => exchanges++,
  };
  const all: Visitor[] = [];
  return {
    /** Makes an account and logs it in. */
    async letIn(role: Role): Promise<Visitor> {
      const visitor = application.visitor(role, witness);
      all.push(visitor);
      const one = `${role}-${crypto.randomUUID()}`;
      const person = { role, name: one, email: `${one}@people.example`, password: `P-${one}` };
      agreed(`a ${role}'s account`, await visitor.perform("createUser", person));
      agreed(`a ${role}'s log-in`, await visitor.perform("logIn", person));
      return visitor;
    },
    leave: () => all.forEach((visitor) => visitor.close()),
  };
}

async function startLot(officer: Visitor, increment: number): Promise<string> {
  const terms = { startingPrice: STARTING_PRICE, increment, reserve: STARTING_PRICE };
  const lots = [{ title: "A lot under load", ...terms }];
  const { lotIds: [lot] } = agreed("a sale", await officer.perform("createSale", { lots }));
  if (lot === undefined) throw new CannotRun("the application made a sale without its lot");
  agreed("a lot's start", await officer.perform("startLot", { lot }));
  return lot;
}

/** The value of an answer that agrees. Throws `CannotRun` for others. */
function agreed<T>(what: string, answer: Answer<T>): T {
  if (answer.outcome === "accepted") return answer.value;
  const why = answer.outcome === "refused" ? `${answer.status} ${answer.reason}` : answer.why;
  throw new CannotRun(`the application did not agree to ${what}: ${why}`);
}

function lotOf({ title, broadcasts }: OpenApplication, id: string, request: Composed): Lot {
  const placed = broadcasts.events.BidPlaced;
  if (placed?.read.amount === undefined) {
    throw new CannotRun(
      `${title} does not say where the amount of a BidPlaced stands (read.amount)`,
    );
  }
  if (request.method !== "POST") throw new CannotRun(`${title} takes bids by ${request.method}`);
  return {
    channel: broadcasts.channelOf("lot", id),
    event: placed.name,
    bid: {
      url: request.url,
      headers: request.headers,
      body: numbered(request),
      first: STARTING_PRICE,
      field: placed.read.amount,
      accepted: {
        ...(request.accepted.status ? { statuses: [...request.accepted.status] } : {}),
        where: request.accepted.where as Accepted["where"], // YAML holds nothing but JSON
      },
    },
  };
}

/** In JSON the number is none in quotes; in a form, its name is not encoded. */
function numbered({ body }: Composed): string {
  return body.replaceAll('"$number"', "$number").replaceAll("%24number", "$number");
}
