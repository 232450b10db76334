/** The version of Plumbline, as every record and report names it. */
export const VERSION = "0.1.0";
