/** Files in PEM that a target file names. */
import { fileTrouble } from "../suites/record/file_trouble.ts";

/** Keys of an endpoint that name a file in PEM, and what it holds. */
export const PEM_FILES = [["ca", "certificate"], ["certificate", "certificate"], [
  "key",
  "private key",
]] as const;

/** What is wrong with a file in PEM; `undefined` where nothing is. */
export async function problemOfPem(
  path: string,
  holds: "certificate" | "private key",
): Promise<string | undefined> {
  try {
    const label = holds === "certificate" ? "CERTIFICATE" : "([A-Z]+ )*PRIVATE KEY";
    const isPem = new RegExp(`-----BEGIN ${label}-----`).test(await Deno.readTextFile(path));
    return isPem ? undefined : `${path} holds no ${holds} in PEM`;
  } catch (cause) {
    return `${path} cannot be read: ${fileTrouble(cause)}`;
  }
}
