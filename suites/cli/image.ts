/** The last step of the Dockerfile: what was installed as root can be read, and `/work` written, by anybody. */
import { join } from "node:path";

/** Some packages hold files that only their owner may read. */
function letRead(folder: string): void {
  for (const { name, isDirectory, isFile } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    const { mode } = Deno.lstatSync(path);
    if (isDirectory) letRead(path);
    else if (isFile && mode !== null && (mode & 0o044) !== 0o044) {
      Deno.chmodSync(path, mode | 0o044);
    }
  }
}

letRead("/deno-dir");
letRead("/plumbline");
Deno.mkdirSync("/work");
Deno.chmodSync("/work", 0o1777);
