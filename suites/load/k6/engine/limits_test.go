package engine

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestTooFewDescriptorsAreSaidBeforeTheRun(t *testing.T) {
	plan := planFor("ws://127.0.0.1:1", "http://127.0.0.1:1", func(plan *Plan) {
		var files unix.Rlimit
		if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &files); err != nil {
			t.Fatal(err)
		}
		if files.Cur > 1_000_000 {
			t.Skip("this process may open more files than a plan can ask for here")
		}
		plan.Clients[0].Count = int(files.Cur)
	})
	_, err := Open(t.Context(), plan, Options{Secret: "s"})
	if err == nil || !strings.Contains(err.Error(), "raise it with `ulimit -n") {
		t.Errorf("got %v", err)
	}
	// Half of them fit where two processes share the plan.
	if _, err := Open(t.Context(), plan, Options{Secret: "s", Part: Part{0, 2}}); err != nil {
		t.Errorf("a half: %v", err)
	}
}

func TestTooFewPortsNameTheRemedy(t *testing.T) {
	for host, remedy := range map[string]string{
		"127.0.0.1": "name 3 source addresses in the target's `sources`", "example.com": "or share the plan among 3 machines",
	} {
		if says := portsRemedy(60_000, 28_232, Target{WebSocket: "ws://" + host}); !strings.Contains(says, remedy) {
			t.Errorf("%s: %s", host, says)
		}
	}
}
