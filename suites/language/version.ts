/** The version of the format that a file is written in; every kind of file says it. */
import { z } from "zod";

export const VERSION = 1;

/** The key `version` of a file. */
export const version = z.literal(VERSION, {
  error:
    `expected "version: ${VERSION}"; \`deno task migrate FILE\` brings an older file up to date`,
}).describe("the version of the format that the file is written in");
