/**
 * What a server that a target file starts inherits of the environment: what any program needs, and
 * nothing else. The environment of a CI job holds tokens that are none of the server's business;
 * what it is to have, its file names under `environment`.
 */

/** Where programs, homes and temporary files are, how to speak to a person, and the way out. */
const INHERITED = new Set([
  ...["PATH", "HOME", "USER", "LOGNAME", "SHELL", "PWD", "TERM", "TZ", "LANG", "LANGUAGE"],
  ...["TMPDIR", "TMP", "TEMP", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"],
  ...["XDG_RUNTIME_DIR", "LD_LIBRARY_PATH", "NO_COLOR"],
  // Whom to trust, and the proxy between this machine and others.
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"],
  // The reference server is Deno's, which may have to fetch a package when it starts.
  ...["DENO_DIR", "DENO_CERT", "DENO_TLS_CA_STORE", "DENO_NO_UPDATE_CHECK", "NPM_CONFIG_REGISTRY"],
  // Without these no program of Windows's starts.
  ...["SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERNAME", "USERPROFILE"],
  ...["HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES"],
]);

/** Of `environment`, what a server inherits; names count in either case, as in `https_proxy`. */
export function inherited(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) =>
      INHERITED.has(name.toUpperCase()) || name.startsWith("LC_")
    ),
  );
}
