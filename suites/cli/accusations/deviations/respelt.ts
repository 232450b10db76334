/** The same JSON in other characters: every value is what it was, to the last digit. */

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Spells a JSON text otherwise; texts below these keys that are JSON themselves as well. */
export function respelt(text: string, nested: readonly string[]): string {
  const members = membersOf(text.match(TOKEN) ?? []);
  if (members === undefined) return text;
  const written = members.toReversed().map(([key, ...value]) => {
    const isNested = nested.includes(JSON.parse(key ?? '""'));
    const [, only = ""] = value;
    const inner = isNested && value.length === 2 && only.startsWith('"')
      ? JSON.stringify(respelt(JSON.parse(only), []))
      : undefined;
    return [key, ":", ...(inner === undefined ? value.slice(1) : [inner])].map((token) =>
      escaped(token ?? "")
    ).join(" ");
  });
  return `{ ${written.join(" ,\n  ")}\n}`;
}

/** The members of an object by their tokens; undefined for anything else. */
function membersOf(tokens: readonly string[]): string[][] | undefined {
  if (tokens[0] !== "{" || tokens.at(-1) !== "}") return undefined;
  const members: string[][] = [[]];
  let depth = 0;
  for (const token of tokens.slice(1, -1)) {
    if (/^[{[]$/.test(token)) depth++;
    if (/^[}\]]$/.test(token)) depth--;
    if (token === "," && depth === 0) members.push([]);
    else members.at(-1)?.push(token);
  }
  return members.filter((member) => member.length > 0);
}

/** A text with `\/` and `\u` where it may have them; other tokens as they are. */
function escaped(token: string): string {
  if (!token.startsWith('"')) return token;
  return token.replaceAll(/\\.|\/|[^\x20-\x7e]/g, (found) => {
    if (found.startsWith("\\")) return found;
    if (found === "/") return "\\/";
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}`;
  });
}
