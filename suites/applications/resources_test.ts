import { assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { root } from "../cli/testing.ts";
import { readSource } from "../language/source.ts";
import { readApplication } from "./file.ts";

const text = await Deno.readTextFile(join(root, "targets/applications/ticket-desk.yaml"));

/** What is said of the ticket desk's file after one change to it. */
function saidOf(from: string, to: string): string {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`the file has no ${from}`);
  return assertThrows(() => readApplication(readSource("desk.yaml", changed), () => undefined))
    .message;
}

describe("a resource with a mistake in its file", () => {
  for (
    const [what, from, to, said] of [
      [
        "a state that is not there",
        "from: open",
        "from: opne",
        'no state "opne". Did you mean "open"?',
      ],
      [
        "a role that is not there",
        "by: [agent]",
        "by: [agnet]",
        'no role "agnet". Did you mean "agent"?',
      ],
      [
        "an operation without what is needed of its answer",
        "answers: { auth: auth }",
        "answers: {}",
        "authorizeChannel.answers has no auth; say where the answer has it",
      ],
      [
        "a channel with a name that nothing has",
        '"private-ticket.${id}": [owner, agent]',
        '"private-user.${owner.userId}": [owner, agent]',
        "nothing here is named $owner.userId. Known here: id, owner.",
      ],
      [
        "a request with a name that nothing has",
        "POST /tickets/${id}/claim",
        "POST /tickets/${ids}/claim",
        'nothing here is named $ids. Did you mean "id"?',
      ],
      [
        "a secret that is sent by another name",
        "${secrets.note}",
        "${secrets.noet}",
        'nothing here is named $secrets.noet. Did you mean "secrets.note"?',
      ],
      ["a misspelt key", "to: claimed", "too: claimed", 'unknown key "too". Did you mean "to"?'],
      ["a transition that is not there", "after: claim", "after: clam", 'no transition "clam".'],
      ["a quantity that is not there", "{ seats: -1 }", "{ seat: -1 }", 'no quantity "seat".'],
      [
        "no id of a new one",
        "answers: { id: ticket.id }",
        "answers: {}",
        "create.answers has no id",
      ],
      ["no state to read", "state: ticket.status,", "", "read.answers has no state"],
      [
        "a channel nobody is named for",
        '"private-ticket.${id}": [owner, agent]',
        '"private-tickets.${id}": [owner, agent]',
        'say under channels who may hear "private-ticket.${id}"',
      ],
      [
        "who keeps something alive",
        "keep: { request: POST /desk, by: [agent] }",
        "keep: { request: POST /desk, by: [agnet] }",
        'no role "agnet". Did you mean "agent"?',
      ],
      [
        "what changes a number",
        "of: ticket, after: create",
        "of: tickets, after: create",
        'no resource "tickets". Did you mean "ticket"?',
      ],
    ] as const
  ) {
    it(`says where, and what is meant, of ${what}`, () => {
      const message = saidOf(from, to);
      assertStringIncludes(message, said);
      assertStringIncludes(message, "desk.yaml:");
    });
  }
});
