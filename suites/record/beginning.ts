/**
 * The first `length` characters of a text, without the rest: a part of a string holds on to the
 * whole of it, which a hostile target makes large.
 */
export function beginning(text: string, length: number): string {
  // What is made anew holds on to nothing.
  return text.length <= length ? text : JSON.parse(JSON.stringify(text.slice(0, length)));
}
