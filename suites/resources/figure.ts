/** `{ [name]: value }`, or nothing where there is no value. */
export function figure<Name extends string>(
  name: Name,
  value: number | undefined,
): { [K in Name]?: number } {
  return value === undefined ? {} : { [name]: value } as { [K in Name]?: number }; // it has one key
}
