/** Each part of this folder that this machine has the program for is what that program accepts. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";

const folder = import.meta.dirname ?? "."; // read from a file

async function run(command: string, args: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(command, { args: [...args], env })
    .output();
  const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  return { code, text };
}

/** Why there is no such program, or false. */
async function without(command: string, ...args: readonly string[]): Promise<string | false> {
  try {
    await run(command, args);
    return false;
  } catch {
    return `${command} is not installed`;
  }
}

/** Runs `story` in a folder of its own, then removes it. */
async function inFolder(story: (folder: string) => Promise<void>): Promise<void> {
  const made = await Deno.makeTempDir();
  try {
    await story(made);
  } finally {
    await Deno.remove(made, { recursive: true });
  }
}

/** A certificate for whatever name, in `folder`. */
async function certify(folder: string): Promise<void> {
  const files = ["-keyout", join(folder, "server.key"), "-out", join(folder, "server.pem")];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const { code, text } = await run("openssl", ["req", "-x509", ...key, "-subj", "/CN=a", ...files]);
  assertEquals(code, 0, text);
}

const withoutNginx = await without("nginx", "-v") || await without("openssl", "version");

describe("nginx", { skip: withoutNginx }, () => {
  it("accepts the site", () =>
    inFolder(async (folder_) => {
      await certify(folder_);
      const site = (await Deno.readTextFile(join(folder, "nginx/site.conf")))
        .replaceAll("/etc/ssl/plumbline", folder_);
      const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map((name) => `${name}_temp_path ${folder_}/${name};`).join(" ");
      const main = join(folder_, "nginx.conf");
      await Deno.writeTextFile(
        main,
        `pid ${folder_}/pid; error_log stderr; events {} http { access_log off; ${temporary} ${site} }`,
      );
      const { code, text } = await run("nginx", ["-t", "-c", main]);
      assertEquals(code, 0, text);
    }));

  it("accepts what docker-compose.yml has it serve", () =>
    inFolder(async (folder_) => {
      await certify(folder_);
      const conf = (await Deno.readTextFile(join(folder, "nginx/compose.conf")))
        .replaceAll("/var/tmp", folder_).replaceAll("/tmp/nginx", `${folder_}/nginx`)
        .replace(/node-[12]:/g, "127.0.0.1:");
      const main = join(folder_, "nginx.conf");
      await Deno.writeTextFile(main, conf.replace("/dev/stderr", "stderr"));
      const { code, text } = await run("nginx", ["-t", "-c", main]);
      assertEquals(code, 0, text);
    }));
});

describe("systemd", { skip: await without("systemd-analyze", "--version") }, () => {
  it("accepts the units", () =>
    inFolder(async (made) => {
      const service = await Deno.readTextFile(join(folder, "systemd/plumbline@.service"));
      const target = await Deno.readTextFile(join(folder, "systemd/plumbline.target"));
      // Deno is where it is; a unit names the place, which need not be the same here.
      const here = service.replace("/usr/local/bin/deno", Deno.execPath());
      await Deno.writeTextFile(join(made, "plumbline@.service"), here);
      await Deno.writeTextFile(join(made, "plumbline.target"), target);
      const units = ["plumbline@8080.service", "plumbline.target"].map((name) => join(made, name));
      const { code, text } = await run("systemd-analyze", ["verify", ...units]);
      assertEquals({ code, text }, { code: 0, text: "" });
    }));
});

/** Has supervisor itself read a file, and say which programs it would start. */
const READ = `
import sys
from supervisor.options import ServerOptions
options = ServerOptions()
options.realize(["-c", sys.argv[1]])
for group in options.process_group_configs:
    for process in group.process_configs:
        print(process.name, process.environment["REVERB_SERVER_PORT"], process.stopwaitsecs)
`;

describe("supervisor", { skip: await without("supervisord", "--version") }, () => {
  it("starts a node on each port, and gives each time to drain", () =>
    inFolder(async (made) => {
      const programs = (await Deno.readTextFile(join(folder, "supervisor.conf")))
        .replace("user=plumbline\n", "").replaceAll("/var/log/plumbline", made)
        .replace("/opt/plumbline", made).replace("/usr/local/bin/deno", Deno.execPath());
      const file = join(made, "supervisord.conf");
      const own = `[supervisord]\nlogfile=${made}/log\npidfile=${made}/pid\nchildlogdir=${made}\n`;
      await Deno.writeTextFile(file, own + programs);
      const { text } = await run("/usr/bin/python3", ["-c", READ, file]);
      assertEquals(text, "plumbline-8080 8080 30\nplumbline-8081 8081 30\n");
    }));
});

describe("Caddy", { skip: await without("caddy", "version") }, () => {
  it("accepts the Caddyfile", async () => {
    const { code, text } = await run("caddy", [
      ...["validate", "--adapter", "caddyfile", "--config", join(folder, "Caddyfile")],
    ]);
    assertEquals(code, 0, text);
  });
});
