/** What a process and all that it has started had in memory at most, as Linux counts it. */

/**
 * A shell reads it, for Deno reads nothing of other processes unless it is allowed everything. What
 * several of them share counts once in all (Pss): a process that is just being started has all of
 * its parent's. Of the process itself the kernel keeps the highest, so that no moment is missed.
 */
const LOOKS = `while grep VmHWM "/proc/$0/status" 2>/dev/null; do
  cat /proc/[0-9]*/stat 2>/dev/null | awk -v root="$0" '
    { pid = $1; sub(/^.*\\) /, ""); parent[pid] = $2 }
    END {
      for (pid in parent) {
        for (at = pid; at > 1 && at != root;) at = parent[at]
        if (at != root) continue
        file = "/proc/" pid "/smaps_rollup"
        while ((getline line < file) > 0) if (split(line, words, " ") && words[1] == "Pss:") sum += words[2]
        close(file)
      }
      print "Pss: " sum " kB"
    }'
  sleep 0.1
done`;

/** The highest in bytes, once the process `pid` has ended. */
export async function mostMemoryOf(pid: number): Promise<number> {
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", LOOKS, String(pid)],
    stderr: "null",
  }).output();
  const lines = new TextDecoder().decode(stdout).matchAll(/^(?:VmHWM|Pss):\s+(\d+) kB$/gm);
  return Math.max(0, ...[...lines].map(([, kilobytes]) => Number(kilobytes) * 1024));
}
