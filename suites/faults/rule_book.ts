/** The rules of all breaks in force, in the order given, and a count of how often each has acted. */
import type { Break, Exchange, Handshake, Passage, Rule } from "./break.ts";
import type { HttpResponse } from "../wire/http_message.ts";
import { ConnectionLost } from "../wire/byte_stream.ts";

export interface RuleBook {
  /** Whether any rule may want to see an exchange of this kind whole. */
  watches(kind: "request" | "webhook"): boolean;
  forFrame(passage: Passage): Extract<Rule, { on: "frame" }> | undefined;
  forHandshake(handshake: Handshake): Extract<Rule, { on: "handshake" }> | undefined;
  forRequest(
    kind: "request" | "webhook",
    exchange: Exchange,
  ): Extract<Rule, { on: "request" | "webhook" }> | undefined;
  forResponse(
    response: HttpResponse,
    exchange: Exchange,
  ): Extract<Rule, { on: "response" }> | undefined;
}

/** Opens the book; `acted` and `faults` are written as the rules are used. */
export function createRuleBook(
  breaks: readonly Break[],
  acted: Map<string, number>,
  faults: Error[],
): RuleBook {
  const entries = breaks.flatMap(({ name, rules }) => rules.map((rule) => ({ name, rule })));

  /** Picks the first of one kind that matches; a break that throws is at fault, and says so. */
  function choose<R extends Rule>(
    belongs: (rule: Rule) => rule is R,
    matches: (rule: R) => boolean,
  ): R | undefined {
    for (const { name, rule } of entries) {
      if (!belongs(rule) || !matches(rule)) continue;
      acted.set(name, (acted.get(name) ?? 0) + 1);
      return { ...rule, act: reporting(name, rule.act) };
    }
  }

  // Every action is a function; what it takes and gives is the rule's own affair and is kept.
  function reporting<A extends Rule["act"]>(name: string, act: A): A {
    const report = (error: unknown): never => {
      if (!(error instanceof ConnectionLost)) faults.push(new Error(name, { cause: error }));
      throw error;
    };
    const reported = (...given: unknown[]) => {
      try {
        const outcome = (act as (...given: unknown[]) => unknown)(...given);
        return outcome instanceof Promise ? outcome.catch(report) : outcome;
      } catch (error) {
        return report(error);
      }
    };
    return reported as A;
  }

  return {
    watches: (kind) =>
      entries.some(({ rule }) =>
        rule.on === kind || (kind === "request" && rule.on === "response")
      ),
    forFrame: (passage) => choose((rule) => rule.on === "frame", (rule) => rule.matches(passage)),
    forHandshake: (handshake) =>
      choose((rule) => rule.on === "handshake", (rule) => rule.matches(handshake)),
    forRequest: (kind, exchange) =>
      choose(
        (rule): rule is Extract<Rule, { on: "request" | "webhook" }> => rule.on === kind,
        (rule) => rule.matches(exchange),
      ),
    forResponse: (response, exchange) =>
      choose((rule) => rule.on === "response", (rule) => rule.matches(response, exchange)),
  };
}
