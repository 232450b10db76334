/** Why a file could not be read or written, in words of whoever named it. */

/** What the system says (errno, POSIX), as the end of a sentence such as "x cannot be read: …". */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is no folder",
  EROFS: "its file system can only be read",
  ENOSPC: "the disk is full",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its links lead in a circle",
  EMFILE: "too many files are open",
};

/** The reason in a few words; the error's own where it is none of the usual. */
export function fileTrouble(cause: unknown): string {
  // What the task may not touch, whatever the system would allow: /proc, /dev and the like.
  if (cause instanceof Deno.errors.NotCapable) return "this command has no permission for it";
  if (!(cause instanceof Error)) return String(cause);
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  return WORDS[code] ?? cause.message;
}
