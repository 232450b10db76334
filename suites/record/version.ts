/** The version of Plumbline, as every record and report names it. */
import configuration from "../../deno.json" with { type: "json" };

export const VERSION: string = configuration.version;
