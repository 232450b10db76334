/** The requests of declared resources, and what their answers say. */
import type { ResourceAnswer, ResourceRequest } from "../language/application.ts";
import type { OperationFile } from "../language/request.ts";
import type { HttpResponse } from "../wire/http.ts";
import { placeInWords, valueIn } from "./answers.ts";
import type { ApplicationFile } from "./file.ts";

/** The request as the file has it. Throws where it has none: nothing that needs it is planned. */
export function requestOf(file: ApplicationFile, asked: ResourceRequest): OperationFile {
  const resource = file.resources[asked.resource];
  const said = "part" in asked ? resource?.[asked.part] : resource?.transitions[asked.transition];
  if (said === undefined) {
    throw new Error(`${file.file} has no ${whatIsAsked(asked)}, yet it was planned`);
  }
  return said;
}

/** A request in words: `ticket.claim`. */
export const whatIsAsked = (asked: ResourceRequest): string =>
  `${asked.resource}.${"part" in asked ? asked.part : asked.transition}`;

/** Reads what an acceptance says, or says what was expected where, and what is there instead. */
export function readResource(
  { file, resources }: Pick<ApplicationFile, "file" | "resources">,
  asked: ResourceRequest,
  { answers }: OperationFile,
  response: Pick<HttpResponse, "body" | "headers">,
): { readonly ok: true; readonly value: ResourceAnswer } | {
  readonly ok: false;
  readonly why: string;
} {
  const quantities = Object.keys(resources[asked.resource]?.quantities ?? {});
  const value: Record<string, string | number> = {};
  for (const [name, place] of Object.entries(answers)) {
    const found = valueIn(response, place);
    const promised = `${file}: ${whatIsAsked(asked)} promises "${name}" (at ${
      placeInWords(place)
    })`;
    if (found === undefined || found === null) {
      return { ok: false, why: `${promised}, but nothing is there` };
    }
    if (quantities.includes(name)) {
      const count = typeof found === "string" && found.trim() === "" ? NaN : Number(found);
      if (!Number.isInteger(count)) {
        return { ok: false, why: `${promised} as a whole number, but ${JSON.stringify(found)} is` };
      }
      value[name] = count;
    } else value[name] = typeof found === "number" ? found : textOf(found);
    if (name === "id" || name === "state") value[name] = textOf(found);
  }
  return { ok: true, value };
}

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);
