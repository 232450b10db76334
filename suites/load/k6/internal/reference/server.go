// Package reference starts the repository's reference server for tests.
package reference

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// The app of a server that is told of no other.
const (
	AppID  = "app-id"
	Key    = "app-key"
	Secret = "app-secret"
)

// Server is a reference server that listens.
type Server struct {
	Host string
	Port int
	PID  int // of the process group's leader
}

// URL is the server's address with this scheme.
func (s *Server) URL(scheme string) string { return fmt.Sprintf("%s://%s:%d", scheme, s.Host, s.Port) }

// Root is the repository's folder.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..", "..", "..")
}

// Start runs `deno task serve:files` on a free port until the test ends. environment adds `NAME=value`.
func Start(t testing.TB, environment ...string) *Server {
	t.Helper()
	command := exec.Command("npx", "--yes", "deno@2.9.6", "task", "--quiet", "serve:files")
	if deno, err := exec.LookPath("deno"); err == nil {
		command = exec.Command(deno, "task", "--quiet", "serve:files")
	}
	command.Dir, command.Stderr = Root(), os.Stderr
	command.Env = append(append(os.Environ(), "REVERB_SERVER_PORT=0", "DENO_NO_UPDATE_CHECK=1"), environment...)
	// A group of its own, so that what npx and the task start ends with it.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatalf("the reference server needs Node's npx, or Deno: %v", err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
		_ = command.Wait()
	})
	line := make(chan []byte, 1)
	go func() {
		text, _ := bufio.NewReader(out).ReadBytes('\n')
		line <- text
	}()
	var told struct{ Listening *Server }
	select {
	case text := <-line:
		if err := json.Unmarshal(text, &told); err != nil || told.Listening == nil {
			t.Fatalf("the reference server did not come up: %q", text)
		}
	case <-time.After(2 * time.Minute):
		t.Fatal("the reference server did not come up in two minutes")
	}
	told.Listening.PID = command.Process.Pid
	return told.Listening
}
