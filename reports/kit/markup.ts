/**
 * HTML written so that no text can become markup.
 *
 * Whatever is put into a `markup` template is escaped, unless another such template made it. There
 * is no way to mark a string as safe from outside this file, so hostile text has no way in.
 */
import { deflateRawSync } from "node:zlib";
import { visible } from "../../suites/record/visible.ts";

declare const made: unique symbol;

/** What a `markup` template made; nothing else makes it. */
export interface Markup {
  readonly text: string;
  readonly [made]: true;
}

/** What a template takes; `false` and `undefined` leave no trace, lists are joined. */
export type Content = string | number | Markup | false | undefined | readonly Content[];

/** Builds markup; every value is escaped for element content and for quoted attributes alike. */
export function markup(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = strings[0] ?? "";
  values.forEach((value, index) => text += written(value) + (strings[index + 1] ?? ""));
  return markupOf(text);
}

/** Text that this project wrote, with its `code`, **strong** and *stressed* parts set as such. */
export function prose(text: string): Markup {
  const set = escaped(text)
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
    .replace(/(?<![\w*:])\*([^*\s][^*]*)\*(?![\w*])/g, "<em>$1</em>");
  return markupOf(set);
}

/** Stands between parts that are deflated together; no markup holds it, for text is made visible. */
const BETWEEN = "\0";

/**
 * Parts that the page holds deflated (RFC 1951), in Base64, until a script asks for one: alike as they
 * are, they take much less room together. No text of them can end the element early.
 */
export function packed(id: string, parts: readonly Markup[]): Markup {
  const text = parts.map((part) => part.text).join(BETWEEN);
  const deflated = deflateRawSync(text, { level: 9 }).toString("base64");
  return markup`<script type="text/deflated" id="${id}">${deflated}</script>\n`;
}

/**
 * An element that a library drew, such as a chart's: its text and values are escaped as all are.
 *
 * @throws {Error} when a name is none of an element or an attribute.
 */
export function element(
  name: string,
  attributes: Iterable<readonly [string, string]>,
  content: Content,
): Markup {
  const written = [...attributes].map(([key, value]) => ` ${named(key)}="${escaped(value)}"`);
  return markupOf(`<${named(name)}${written.join("")}>${markup`${content}`.text}</${name}>`);
}

function named(name: string): string {
  if (/^[a-z][a-z0-9-]*$/i.test(name)) return name;
  throw new Error(`${JSON.stringify(name)} cannot be the name of an element or attribute`);
}

/** A style or script of this project's own, put in as it is. */
export function inline(tag: "style" | "script", source: string): Markup {
  return markupOf(`<${tag}>${source}</${tag}>`);
}

function written(value: Content): string {
  if (typeof value === "string") return escaped(value);
  if (typeof value === "number") return String(value);
  if (value === undefined || value === false) return "";
  return "text" in value ? value.text : value.map(written).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? "");
}

function markupOf(text: string): Markup {
  // The symbol exists for the type checker alone; nothing reads it.
  return { text } as Markup;
}
