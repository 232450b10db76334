/** The version of the format that a file is written in; every kind of file may say it. */
import { z } from "zod";
import { invocation } from "../record/invocation.ts";

export const VERSION = 1;

/** The key `version` of a file; one that does not say it is of the first version. */
export const version = z.literal(VERSION, {
  error: `expected "version: ${VERSION}", the only one there is; \`${
    invocation("migrate FILE")
  }\` brings an older file up to date`,
}).default(VERSION).describe("the version of the format that the file is written in");
