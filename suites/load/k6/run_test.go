package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"plumbline/load/k6/engine"
	"plumbline/load/k6/internal/reference"
)

// writePlan writes a plan of 61 clients and 20 events a second for two seconds, and returns its file.
func writePlan(t *testing.T, server *reference.Server, objectives ...engine.Objective) string {
	t.Helper()
	text, err := json.Marshal(engine.Plan{
		Version: 1,
		Target: engine.Target{
			WebSocket: server.URL("ws"), API: server.URL("http"), AppID: reference.AppID, Key: reference.Key,
		},
		Channels:   []string{"private-auction"},
		Clients:    []engine.Group{{Name: "bidders", Count: 61, PerSecond: 200, Channels: [][]uint32{{0}}}},
		Publishers: []engine.Publisher{{Event: "BidPlaced", PerSecond: 20, Channels: []uint32{0}, Bytes: 200}},
		Phases:     []engine.Phase{{Name: "auction", Seconds: 2, Rate: 1, Measured: true}},
		SettleMs:   5000, Objectives: objectives,
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func readMeasurements(t *testing.T, file string) (m engine.Measurements) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

var secret = []string{"PLUMBLINE_SECRET=" + reference.Secret}

func TestAPlanIsRunAndMeasured(t *testing.T) {
	server := reference.Start(t)
	out, samples := filepath.Join(t.TempDir(), "measurements.json"), filepath.Join(t.TempDir(), "samples.json")
	plan := writePlan(t, server,
		engine.Objective{Metric: "delivery", Quantile: 0.95, Operation: "<=", Value: 5000},
		engine.Objective{Metric: "connect", Quantile: 0.99, Operation: "<=", Value: 5000},
		engine.Objective{Metric: "delivered", Operation: ">=", Value: 1})
	code, said := k6(t, secret, "run", "-e", "PLAN="+plan, "-e", "OUT="+out, "--out", "json="+samples, "run.ts")
	if code != 0 {
		t.Fatalf("exit code %d:\n%s", code, said)
	}
	m := readMeasurements(t, out)
	if !m.Complete || m.Phases[1].Counts != (engine.Counts{Expected: 40 * 61, Delivered: 40 * 61, Accepted: 40}) {
		t.Errorf("counted %+v", m.Phases[1].Counts)
	}
	// Outputs get one sample an interval and quantile, however many deliveries there were.
	text, err := os.ReadFile(samples)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), `"metric":"pusher_delivery"`); n < 12 || n > 60 {
		t.Errorf("%d samples of pusher_delivery", n)
	}
	if !strings.Contains(string(text), `"quantile":"p99"`) || !strings.Contains(said, "pusher_deliveries") {
		t.Errorf("no quantiles in the samples, or no deliveries in the summary:\n%s", said)
	}
	if !regexp.MustCompile(`delivery  p50 .*  p90 .*  p95 .*  p99 .*  p99.9 .*  max .*  of 2440`).MatchString(said) {
		t.Errorf("the quantiles are not named in order:\n%s", said)
	}
	// 2,440 deliveries of 200 bytes and more; a request for each event.
	if received, sent := bytesOf(string(text), "data_received"), bytesOf(string(text), "data_sent"); received < 2440*200 || received > 2440*600 || sent < 40*200 {
		t.Errorf("%.0f bytes received, %.0f sent", received, sent)
	}
}

// bytesOf sums the samples of a counter, of k6's output of lines of JSON.
func bytesOf(samples, metric string) (sum float64) {
	for line := range strings.Lines(samples) {
		var sample struct {
			Metric string
			Data   struct{ Value float64 }
		}
		if json.Unmarshal([]byte(line), &sample) == nil && sample.Metric == metric {
			sum += sample.Data.Value
		}
	}
	return sum
}

func TestAMissedObjectiveIsExitCode99(t *testing.T) {
	plan := writePlan(t, reference.Start(t), engine.Objective{Metric: "delivery", Quantile: 0.5, Operation: "<", Value: 0.001})
	code, said := k6(t, secret, "run", "-e", "PLAN="+plan, "run.ts")
	if code != 99 || !strings.Contains(said, "pusher_delivery{scope:run,quantile:p50}") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
}

func TestWhatCannotRunSaysWhy(t *testing.T) {
	t.Parallel()
	nobody := writePlan(t, &reference.Server{Host: "127.0.0.1", Port: 1})
	for name, test := range map[string]struct {
		environment []string
		arguments   []string
		says        string
	}{
		"no plan":          {secret, nil, "name the plan: -e PLAN=plan.json"},
		"no secret":        {nil, []string{"-e", "PLAN=" + nobody}, "set PLUMBLINE_SECRET"},
		"no server":        {secret, []string{"-e", "PLAN=" + nobody}, "no client connected: connect: dial tcp 127.0.0.1:1: connect: connection refused"},
		"untold segments":  {secret, []string{"-e", "PLAN=" + nobody, "--execution-segment", "0:1/3", "--execution-segment-sequence", "0,1/3,2/3,1"}, "set SEGMENTS=3 in every process"},
		"unequal segments": {secret, []string{"-e", "PLAN=" + nobody, "-e", "SEGMENTS=3", "--execution-segment", "0:8/10", "--execution-segment-sequence", "0,8/10,9/10,1"}, "make them equal"},
	} {
		t.Run(name, func(t *testing.T) {
			code, said := k6(t, test.environment, append(append([]string{"run"}, test.arguments...), "run.ts")...)
			if code == 0 || !strings.Contains(said, test.says) {
				t.Errorf("exit code %d, does not say %q:\n%s", code, test.says, said)
			}
		})
	}
}

func TestAnInterruptedRunLeavesWhatItHasSeen(t *testing.T) {
	plan, out := writePlan(t, reference.Start(t)), filepath.Join(t.TempDir(), "measurements.json")
	command := start(t, secret, "run", "-e", "PLAN="+plan, "-e", "OUT="+out, "--out", "json=-", "run.ts")
	said, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(said)
	for lines.Scan() { // until deliveries are told
		if strings.Contains(lines.Text(), `"metric":"pusher_deliveries"`) {
			break
		}
	}
	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, said)
	_ = command.Wait()
	if code := command.ProcessState.ExitCode(); code != 105 {
		t.Errorf("exit code %d", code)
	}
	m := readMeasurements(t, out)
	if counts := m.Phases[1].Counts; m.Complete || counts.Delivered == 0 || counts.Delivered == 40*61 {
		t.Errorf("complete %v, counted %+v", m.Complete, counts)
	}
}

// Three processes, as k6-operator starts them: each has its segment, and they share the events.
func TestExecutionSegmentsLoseNothingAndCountNothingTwice(t *testing.T) {
	plan, folder := writePlan(t, reference.Start(t)), t.TempDir()
	begin := fmt.Sprintf("START=%d", time.Now().Add(5*time.Second).UnixMilli())
	segments := []string{"0:1/3", "1/3:2/3", "2/3:1"}
	var all sync.WaitGroup
	for i, segment := range segments {
		all.Go(func() {
			code, said := k6(t, secret, "run", "--execution-segment", segment, "--execution-segment-sequence", "0,1/3,2/3,1",
				"-e", "PLAN="+plan, "-e", fmt.Sprintf("OUT=%s/%d.json", folder, i), "-e", "SEGMENTS=3", "-e", begin, "run.ts")
			if code != 0 {
				t.Errorf("segment %s: exit code %d:\n%s", segment, code, said)
			}
		})
	}
	all.Wait()
	var sum engine.Counts
	planned := 0
	for i := range segments {
		m := readMeasurements(t, fmt.Sprintf("%s/%d.json", folder, i))
		if m.Part.Index != i || m.Part.Of != 3 {
			t.Errorf("segment %d is part %+v", i, m.Part)
		}
		sum.Add(m.Phases[1].Counts)
		planned += m.Connections.Planned
		t.Logf("segment %d: %+v, troubles %+v", i, m.Connections, m.Troubles)
	}
	if sum != (engine.Counts{Expected: 40 * 61, Delivered: 40 * 61, Accepted: 40}) || planned != 61 {
		t.Errorf("%d clients, counted %+v", planned, sum)
	}
}
