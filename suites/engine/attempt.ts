/** One scenario while it is told: its clients, its names, its API connection, its journal. */
import type { App } from "../../targets/target.ts";
import type { OpenTarget } from "./open_target.ts";
import type { OpenApplication, Visitor } from "../language/application.ts";
import type { Scenario } from "./scenario.ts";
import { type ApiCall, type SignedRequest, signedRequest } from "./signed_request.ts";
import { type HttpLane, type HttpResponse, openLane } from "../wire/http.ts";
import { type Random, random } from "./random.ts";
import { type Client, createClient } from "../client/client.ts";
import type { Probed } from "../record/probed.ts";
import type { EvidenceOf } from "../record/evidence.ts";
import { type EvidenceLog, LONGEST_TEXT } from "../record/evidence_log.ts";
import { type Names, namesOf } from "./names.ts";
import { spreadOver } from "./spread.ts";
import { untilDeath } from "./until_death.ts";
import { fill } from "../language/variables.ts";
import type { Waits } from "./waits.ts";

export type Exchange = EvidenceOf<"response"> | EvidenceOf<"no-response">;

export interface Attempt {
  readonly scenario: Scenario;
  readonly target: OpenTarget;
  readonly log: EvidenceLog;
  readonly names: Names;
  readonly depth: "quick" | "full";
  /** What the target offers; absent where no target was probed. */
  readonly probed?: Probed;
  /** A random sequence of the scenario's own; the same again for the same run seed and `part`. */
  random(part?: string): Random;
  readonly app: App;
  /** What the scenario's people use; only where the scenario needs an application. */
  readonly application: OpenApplication;
  /** The client of this name as a user of the application, with cookies of his own. */
  visitor(name: string): Visitor;
  /** How long what must come is waited for; hostile inputs are many, and each waits for its own answer. */
  readonly deadlineMs: number;
  /** What steps have named with `as`, and the example's columns. */
  readonly variables: Map<string, unknown>;
  /** Events that a step waited for and got. */
  readonly taken: Set<number>;
  appNamed(name: string): App;
  /** The client of this name; groups are `crowd.1`, `crowd.2`, … */
  client(name: string): Client;
  /** One client, or all of a group. */
  clients(name: string): readonly Client[];
  lookup(name: string): unknown;
  /** Where the next connection goes: each to another node, where clients are spread. */
  websocketUrl(): string;
  call(call: ApiCall): Promise<Exchange>;
  /** The request a call would send, for verbs that send it by another way. */
  request(call: ApiCall): SignedRequest;
  /** Sends a request as it is, on a keep-alive connection of the scenario. */
  send(request: SignedRequest, connection?: string): Promise<Exchange>;
  /** Pairs the two halves of an exchange that a verb records itself. */
  nextExchange(): number;
  /** Rises by one at every call; for names of fences and the like. */
  nextNumber(): number;
  /** What the run has waited for in vain; absent where nobody counts. */
  readonly waits?: Waits;
  /** Runs `act` when the scenario is over and nothing of it is needed any more. */
  atRelease(act: () => void): void;
  release(): void;
}

export interface AttemptOptions {
  readonly scenario: Scenario;
  readonly target: OpenTarget;
  readonly application?: OpenApplication;
  readonly log: EvidenceLog;
  readonly run: string;
  readonly index: number;
  readonly depth: "quick" | "full";
  readonly probed?: Probed;
  readonly seed: number;
  readonly waits?: Waits;
}

/** What came to nobody in the whole of its time, for several, is waited for so long by the others. */
const IN_VAIN_MS = 500;

export function createAttempt(
  { scenario, target, application, log, run, index, depth, probed, seed, waits }: AttemptOptions,
): Attempt {
  const names = namesOf(run, index);
  const appNamed = (name: string): App => {
    const app = target.apps[name];
    if (!app) throw new Error(`the target has no app "${name}", yet ${scenario.id} was planned`);
    return app;
  };
  const app = appNamed(scenario.app);
  const groups = new Map(
    Object.entries(scenario.clients).map(([name, { count, app: own }]) => {
      const members = count === 1
        ? [name]
        : Array.from({ length: count }, (_, i) => `${name}.${i + 1}`);
      const make = (member: string) =>
        createClient(
          member,
          appNamed(own ?? scenario.app),
          log,
          { way: target.ways.websocket },
        );
      return [name, members.map(make)] as const;
    }),
  );
  const everyone = new Map([...groups.values()].flat().map((client) => [client.name, client]));
  const spread = spreadOver(target);
  const lanes = new Map<string, HttpLane>();
  const unlessDead = untilDeath(log);
  const visitors = new Map<string, Visitor>();
  const endings: (() => void)[] = [];
  const variables = new Map<string, unknown>(Object.entries(scenario.variables));
  let exchanges = 0;
  let numbers = 0;

  const attempt: Attempt = {
    scenario,
    target,
    ...(waits ? { waits } : {}),
    log,
    names,
    depth,
    ...(probed ? { probed } : {}),
    random: (part = "") => random(`${seed} ${scenario.id} ${part}`),
    app,
    get application() {
      if (!application) throw new Error(`${scenario.id} does not say that it needs an application`);
      return application;
    },
    visitor: (name) => {
      const known = visitors.get(name);
      if (known) return known;
      const visitor = attempt.application.visitor(name, attempt);
      visitors.set(name, visitor);
      return visitor;
    },
    get deadlineMs() {
      return scenario.schedule === "hostile" && log.isInVain
        ? Math.min(scenario.deadlineMs, IN_VAIN_MS)
        : scenario.deadlineMs;
    },
    variables,
    taken: new Set(),
    appNamed,
    client: (name) => {
      const client = everyone.get(name);
      if (!client) throw new Error(`${scenario.id} has no client "${name}"`);
      return client;
    },
    clients: (name) => groups.get(name) ?? [attempt.client(name)],
    lookup: (name) => {
      if (
        Object.hasOwn(scenario.variables, name) && variables.get(name) === scenario.variables[name]
      ) {
        // An example's column may itself use names, such as the app's key.
        return fill(scenario.variables[name], attempt.lookup);
      }
      if (variables.has(name)) return variables.get(name);
      const [head = "", ...rest] = name.split(".");
      const field = rest.join(".");
      if (head === "app") {
        return field === "id" || field === "key" ? app[field] : app.settings[field];
      }
      if (head === "apps") {
        const [of = "", setting = ""] = rest;
        const other = appNamed(of);
        return setting === "id" || setting === "key" ? other[setting] : other.settings[setting];
      }
      const client = everyone.get(head);
      if (client && field === "socketId") return client.socketId;
      if (client && field === "activityTimeout") return client.activityTimeout;
      if (name === "suffix") return names.suffix;
      return undefined;
    },
    call: (call) => attempt.send(attempt.request(call), call.connection),
    websocketUrl: spread.nextWebsocketUrl,
    send: async ({ method, target: path, headers, body }, connection = "api") => {
      const { apiUrl, lane: laneName } = spread.nextApi(connection);
      const lane = lanes.get(laneName) ?? openLane(new URL(apiUrl), target.ways.api);
      lanes.set(laneName, lane);
      const exchange = attempt.nextExchange();
      log.add({
        kind: "request",
        exchange,
        connection: laneName,
        method,
        path,
        headers,
        body: body.slice(0, LONGEST_TEXT),
      });
      let answer: HttpResponse;
      const { deadlineMs } = attempt;
      const due = performance.now() + deadlineMs;
      try {
        answer = await unlessDead(
          lane.send({ method, target: path, headers, body }, deadlineMs + log.patienceMs),
        );
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return log.add({ kind: "no-response", exchange, reason }) as EvidenceOf<"no-response">; // add returns what it was given, stamped
      }
      if (answer.isCut) log.intake.giveUp();
      return log.add({
        kind: "response",
        exchange,
        status: answer.status,
        headers: answer.headers,
        body: answer.body,
        ...(answer.isCut ? { isCut: true } : {}),
      }, performance.now() - due) as EvidenceOf<"response">; // add returns what it was given, stamped
    },
    request: (call) => signedRequest(call, call.app ?? app, target),
    nextExchange: () => ++exchanges,
    nextNumber: () => ++numbers,
    atRelease: (act) => void endings.push(act),
    release: () => {
      for (const end of endings.splice(0)) end();
      for (const client of everyone.values()) client.release();
      for (const lane of lanes.values()) lane.close();
      for (const visitor of visitors.values()) visitor.close();
    },
  };
  return attempt;
}
