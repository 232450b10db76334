/** Parameters of steps that name a client: looked up when the file is read. */
import { z } from "zod";
import { didYouMean } from "./bad_file.ts";
import { isName } from "./variables.ts";

const naming = new WeakSet<z.ZodType>();

/** A parameter that names a client or a group of the scenario. */
export function clientName(about: string): z.ZodString {
  const schema = z.string().describe(about);
  naming.add(schema);
  return schema;
}

/** Each place of a step's parameters that names a client which the scenario does not have. */
export function unknownClients(
  schema: unknown,
  value: unknown,
  clients: readonly string[],
  at: readonly PropertyKey[] = [],
): { readonly at: readonly PropertyKey[]; readonly message: string }[] {
  if (!(schema instanceof z.ZodType) || value === undefined) return [];
  if (naming.has(schema)) {
    const message = typeof value === "string" ? whatIsWrong(value, clients) : undefined;
    return message === undefined ? [] : [{ at, message }];
  }
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([key, inner]) =>
      unknownClients(inner, (value as Record<string, unknown>)[key], clients, [...at, key]) // it was parsed
    );
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.flatMap((one, index) =>
      unknownClients(schema.element, one, clients, [...at, index])
    );
  }
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? unknownClients(schema.unwrap(), value, clients, at)
    : [];
}

function whatIsWrong(written: string, clients: readonly string[]): string | undefined {
  const [head = ""] = (isName(written) ? written.slice(1) : written).split(".");
  if (!isName(written)) {
    return clients.includes(head)
      ? undefined
      : `there is no client "${written}".${didYouMean(written, clients)}`;
  }
  // Any other name is a column of examples, and known when it runs.
  return clients.includes(head) ? `expected a client, such as ${head}, not ${written}` : undefined;
}
