/**
 * Rewrites a file of an earlier vocabulary: old words become what they are called today, mappings
 * lose nulls that say nothing, and the file says which version of the format it is written in.
 *
 * Only what changes is written anew, so that comments and layout stay as they were.
 */
import { Document, isMap, isNode, isPair, isScalar, isSeq, Pair, Scalar, YAMLMap } from "yaml";
import type { Source } from "./bad_file.ts";
import { renamedWord } from "./renamed.ts";
import type { Said } from "./renamed/entry.ts";
import { VERSION } from "./version.ts";

interface Edit {
  readonly begin: number;
  readonly end: number;
  readonly text: string;
}

/** The text of the file as it is written today; the same text where nothing is old. */
export function migrated(source: Source): string {
  const { contents } = source.document;
  if (!isMap(contents)) return source.text;
  const edits = stepsOf(contents).flatMap((step) => rewritten(step, source) ?? []);
  edits.push(...renamedKeys(contents));
  if (!contents.has("version")) {
    const at = contents.range?.[0] ?? 0;
    edits.unshift({ begin: at, end: at, text: `version: ${VERSION}\n` });
  }
  return edits.toSorted((a, b) => b.begin - a.begin).reduce(
    (text, { begin, end, text: now }) => text.slice(0, begin) + now + text.slice(end),
    source.text,
  );
}

/** Keys of a scenario that have another name now. */
const SCENARIO_KEYS: Readonly<Record<string, string>> = { lane: "schedule" };

function renamedKeys(file: YAMLMap): Edit[] {
  const scenarios = file.get("scenarios");
  if (!isSeq(scenarios)) return [];
  const keys = scenarios.items.flatMap((one) => isMap(one) ? one.items.map(({ key }) => key) : []);
  return keys.flatMap((key): Edit[] => {
    const now = SCENARIO_KEYS[String(key)];
    if (now === undefined || !isNode(key) || !key.range) return [];
    return [{ begin: key.range[0], end: key.range[1], text: now }];
  });
}

interface Step {
  readonly node: Pair | undefined;
  readonly clients: readonly string[];
  /** The whole entry of the list, for steps that are only a word. */
  readonly entry: unknown;
}

/** Every step of every scenario of the file, blocks opened. */
function stepsOf(file: YAMLMap): Step[] {
  const scenarios = file.get("scenarios");
  if (!isSeq(scenarios)) return [];
  return scenarios.items.flatMap((scenario) => {
    if (!isMap(scenario)) return [];
    const clients = scenario.get("clients");
    const names = isMap(clients) ? clients.items.map(({ key }) => String(key)) : [];
    return inner(scenario.get("steps"), names);
  });
}

function inner(list: unknown, clients: readonly string[]): Step[] {
  if (!isSeq(list)) return [];
  return list.items.flatMap((entry): Step[] => {
    const node = isMap(entry) ? entry.items[0] : isScalar(entry) ? new Pair(entry) : undefined;
    if (!node) return [];
    const head = String(node.key);
    if (head === "together") return inner(node.value, clients);
    if (head === "repeat") {
      return isMap(node.value) ? inner(node.value.get("steps"), clients) : [];
    }
    return [{ node, clients, entry }];
  });
}

/** How one step changes, if it does. */
function rewritten({ node, clients, entry }: Step, source: Source): Edit | undefined {
  if (!node || !isNode(node.key)) return undefined;
  const head = String(node.key);
  const isClient = clients.includes(head);
  const said = saidIn(node, isClient);
  const word = isClient ? Object.keys(said)[0] ?? "" : head;
  const old = renamedWord(isClient ? "client" : "scenario", word, said);
  const now = old ? old.rewrite(said, plain) : { word, said };
  const isBare = !isMap(node.value);
  const isEmpty = Object.values(said).some((value) => isExplicitNull(value)) ||
    (isBare && isExplicitNull(node.value));
  if (!old && !isEmpty) return undefined;
  const body = new Document(mapping(now.said, node, source));
  const values = Object.values(now.said);
  // A value alone stays alone, and a word alone too.
  const isLone = values.length === 1 && (isBare || now.word in now.said);
  const isNothing = isLone && (plain(values[0]) ?? null) === null;
  const text = (document: Document) =>
    document.toString({ lineWidth: 0, flowCollectionPadding: true }).trimEnd();
  if (isClient) {
    return replace(node.value, isNothing ? now.word : text(body), source);
  }
  if (isNothing) return replace(entry, now.word, source);
  const value = isLone ? text(new Document(values[0])) : text(body);
  const isFlow = isLone || !isMap(node.value) || node.value.flow === true;
  const column = columnOf(node.key.range?.[0] ?? 0, source) + 2;
  return replace(
    node,
    isFlow ? `${now.word}: ${value}` : `${now.word}:\n${indented(value, column, true)}`,
    source,
  );
}

/** The step's mapping as keys with the document's nodes. */
function saidIn(node: Pair, isClient: boolean): Said {
  if (isMap(node.value)) {
    return Object.fromEntries(node.value.items.map(({ key, value }) => [String(key), value]));
  }
  return isClient ? { [String(node.value)]: null } : { [String(node.key)]: node.value };
}

/** A mapping of these nodes and values, in the manner of the one it comes from; its comments stay. */
function mapping(said: Said, { value: before }: Pair, source: Source): YAMLMap {
  const { document } = source;
  const map = new YAMLMap<Scalar, unknown>();
  map.flow = !isMap(before) || before.flow === true;
  const pairs = isMap(before) ? before.items : [];
  for (const [name, value] of Object.entries(said)) {
    const key = new Scalar(name);
    const former = pairs.find((pair) => pair.value === value && isNode(value)) ??
      pairs.find((pair) => String(pair.key) === name);
    if (former && isScalar(former.key) && former.key.commentBefore) {
      key.commentBefore = former.key.commentBefore;
    }
    const isNull = value === null || (isScalar(value) && value.value === null);
    const node = isNull ? nothing() : isNode(value) ? value : document.createNode(value);
    if (isMap(node) && !isNode(value)) node.flow = true;
    map.items.push(new Pair(key, isNull && map.flow ? null : node));
  }
  return map;
}

/** A null of which nothing is written. */
function nothing(): Scalar {
  const scalar = new Scalar(null);
  scalar.source = "";
  return scalar;
}

/** A null that is written out, where the key alone says the same. */
const isExplicitNull = (value: unknown): boolean =>
  isScalar(value) && value.value === null && value.source !== "" && value.source !== undefined;

function plain(value: unknown): unknown {
  return isNode(value) ? new Document(value).toJS() : value;
}

function replace(what: unknown, text: string, source: Source): Edit | undefined {
  const range = isPair(what) ? rangeOf(what) : isNode(what) ? what.range : undefined;
  if (!range) return undefined;
  const [begin, end] = range;
  // The range of a block reaches to the beginning of the next.
  const length = source.text.slice(begin, end).trimEnd().length;
  const column = columnOf(begin, source);
  return { begin, end: begin + length, text: indented(text, column, false) };
}

function rangeOf({ key, value }: Pair): [number, number] | undefined {
  const begin = isNode(key) ? key.range?.[0] : undefined;
  const end = (isNode(value) ? value.range : isNode(key) ? key.range : undefined)?.[1];
  return begin === undefined || end === undefined ? undefined : [begin, end];
}

const columnOf = (at: number, source: Source): number => source.lines.linePos(at).col - 1;

/** Lines after the first begin where the first does. */
function indented(text: string, column: number, first: boolean): string {
  const lines = text.split("\n");
  return lines.map((line, index) =>
    (index === 0 && !first) || line === "" ? line : " ".repeat(column) + line
  ).join("\n");
}
