package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.k6.io/k6/cmd"

	"plumbline/load/k6/internal/reference"
)

// The test program is the k6 under test, when it is started as one.
func TestMain(m *testing.M) {
	if os.Getenv("PLUMBLINE_TEST_AS_K6") != "" {
		cmd.Execute() // ends the process
	}
	os.Exit(m.Run())
}

// start makes a k6 with these arguments and environment.
func start(t *testing.T, environment []string, arguments ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), self, arguments...)
	command.Env = append(append(os.Environ(), "PLUMBLINE_TEST_AS_K6=1", "K6_NO_USAGE_REPORT=true", "NO_COLOR=1"), environment...)
	return command
}

// k6 runs one to its end, and returns its exit code and all it said.
func k6(t *testing.T, environment []string, arguments ...string) (int, string) {
	t.Helper()
	command := start(t, environment, arguments...)
	said, err := command.CombinedOutput()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), string(said)
}

// script writes the body of a script's default function, with the server's url at hand.
func script(t *testing.T, url, body string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "script.ts")
	text := `import pusher from "k6/x/pusher"; const url = "` + url + `"; export default function () { ` + body + ` }`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTheExampleHearsEveryWhisper(t *testing.T) {
	server := reference.Start(t)
	code, said := k6(t, []string{"REVERB_PORT=" + strconv.Itoa(server.Port)}, "run", "example.ts")
	if code != 0 || !strings.Contains(said, "count=20") {
		t.Fatalf("exit code %d:\n%s", code, said)
	}
}

func TestScriptsOfAUsersOwn(t *testing.T) {
	t.Parallel()
	server := reference.Start(t)
	for name, test := range map[string]struct{ body, says string }{
		"are told when the key is missing": {
			`pusher.connect(url, {})`, "the options need the app's key",
		},
		"are told when an address is none": {
			`pusher.connect("ftp://x", { key: "app-key" })`, "expected a URL that begins with ws:// or wss://",
		},
		"are told what proof a private channel needs": {
			`const c = pusher.connect(url, { key: "app-key" });
			c.on("pusher:connection_established", () => {
				try { c.subscribe("private-x") } catch (e) { console.log("caught", e) }
				c.close();
			})`,
			"private-x needs proof",
		},
		"see the server's errors": {
			`const c = pusher.connect(url, { key: "nobody's" });
			c.on("close", (code) => console.log("closed with", code))`,
			"closed with 4001",
		},
		"may let an application sign": {
			`const c = pusher.connect(url, { key: "app-key", authorize: (id, channel) => ({ auth: "app-key:forged-" + channel }) });
			c.subscribe("private-x");
			c.on("pusher:subscription_error", (data, from) => { console.log("refused on", from.channel); c.close() });
			c.on("pusher:error", (data) => { console.log("refused on private-x", data); c.close() })`,
			"refused on private-x",
		},
		"are told why a connection failed": {
			`const c = pusher.connect("ws://127.0.0.1:1", { key: "app-key" });
			c.on("error", (reason) => console.log("because", reason));
			c.on("close", () => console.log("closed"))`,
			"connection refused",
		},
		"may close a connection before it stands": {
			`const c = pusher.connect(url, { key: "app-key" });
			c.on("close", () => console.log("closed early"));
			c.close()`,
			"closed early",
		},
		"see presence data": {
			`const c = pusher.connect(url, { key: "app-key", secret: "app-secret" });
			c.on("pusher_internal:subscription_succeeded", (data) => { console.log("ids", JSON.parse(data).presence.ids.join()); c.close() });
			c.subscribe("presence-x", JSON.stringify({ user_id: "ana", user_info: {} }))`,
			"ids ana",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, said := k6(t, nil, "run", "--quiet", script(t, server.URL("ws"), test.body))
			if !strings.Contains(said, test.says) {
				t.Errorf("does not say %q:\n%s", test.says, said)
			}
		})
	}
}
