/** Nodes that are wrong in one way each (`targets/reference/server/nodes/broken/breaks.ts`). */
import type { Break, RequirementId } from "../break.ts";

const wrong = (name: string, title: string, violates: readonly RequirementId[]): Break => ({
  name: `node-${name}`,
  title,
  violates,
  node: name,
  rules: [],
});

export const NODES: readonly Break[] = [
  wrong("forgets-to-tell", "Delivers an event to its own clients, and tells no other node.", [
    "P-298",
    "P-335",
    "P-336",
  ]),
  wrong("tells-twice", "Tells the other nodes each event twice.", ["P-298", "P-335", "P-336"]),
  wrong("tells-late", "Tells the other nodes of every third event a little later.", [
    "P-298",
    "P-335",
  ]),
  wrong("forgets-exclusion", "Delivers an event also to whom it was to leave out.", ["P-243"]),
  wrong("crosses-apps", "Tells the nodes of one app what was published for another.", ["P-231"]),
  wrong("terminates-nobody-elsewhere", "Ends a user's connections on no node.", ["P-193"]),
  wrong("forgets-who-comes", "Does not tell its members who came to another node.", ["P-133"]),
  wrong("forgets-who-goes", "Does not tell its members who left another node.", ["P-133"]),
  wrong("shows-itself-only", "Shows those who come only who is on the same node.", ["P-133"]),
  wrong("forgets-tabs-elsewhere", "Tells that a user has gone when one of two tabs is closed.", [
    "P-133",
  ]),
  wrong("keeps-members-to-itself", "Keeps who is subscribed and present to itself.", [
    "P-133",
    "P-274",
  ]),
  wrong("counts-itself-only", "Answers the API with what is on itself.", ["P-274"]),
  wrong("forgets-who-is-online", "Does not tell who came online on another node.", ["P-198"]),
  wrong("forgets-counts", "Does not tell how many subscribe now.", ["P-178"]),
  wrong("quota-of-its-own", "Counts the connections of an app on itself only.", ["P-021"]),
  wrong("keeps-ghosts", "Never takes another node for dead.", ["P-134"]),
  wrong("takes-cache-along", "Keeps the last event of a channel for as long as it lives.", [
    "P-147",
  ]),
  wrong("tells-webhooks-twice", "Sends each webhook twice.", ["P-284"]),
  wrong("drops-its-own", "Does not state its members anew once it was cut off.", ["P-333"]),
  wrong("deaf-after-a-freeze", "Hears nothing any more once it was frozen.", ["P-332"]),
  wrong("deaf-after-a-restart", "Hears nothing any more once its Redis has been away.", [
    "P-299",
    "P-332",
    "P-334",
  ]),
];
