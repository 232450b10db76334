package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"plumbline/load/k6/engine"
	"plumbline/load/k6/internal/reference"
)

// Every command of docs/load-k6.md runs, against the reference server in place of the one on port
// 8080, with this test program as the k6 that was built.
func TestEveryCommandOfTheDocumentationRuns(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(reference.Root(), "docs", "load-k6.md"))
	if err != nil {
		t.Fatal(err)
	}
	server, folder := reference.Start(t), t.TempDir()
	example, err := os.ReadFile(filepath.Join(reference.Root(), "docs", "load-plan.example.json"))
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(server.Port)
	plan := filepath.Join(folder, "plan.json")
	if err := os.WriteFile(plan, []byte(strings.ReplaceAll(string(example), ":8080", ":"+port)), 0o600); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	run := 0
	for _, block := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```").FindAllStringSubmatch(string(page), -1) {
		commands := block[1]
		if strings.Contains(commands, "task k6:build") { // .ci/run builds it
			continue
		}
		run++
		commands = strings.NewReplacer(
			".cache/k6/k6", self, "docs/load-plan.example.json", plan, "reports/out", folder, "REVERB_PORT=8080", "REVERB_PORT="+port,
			"task load:merge", "task load:merge --allow-generator-bound", // the machine may be busy
		).Replace(commands)
		shell := exec.CommandContext(t.Context(), "sh", "-ec", commands)
		shell.Dir = reference.Root()
		shell.Env = append(os.Environ(), "PLUMBLINE_TEST_AS_K6=1", "K6_NO_USAGE_REPORT=true", "NO_COLOR=1")
		if said, err := shell.CombinedOutput(); err != nil {
			t.Errorf("%s\n%v\n%s", block[1], err, said)
		}
	}
	if run < 3 {
		t.Errorf("only %d blocks of commands were found", run)
	}
	var sum engine.Counts
	for _, part := range []string{"1.json", "2.json"} {
		m := readMeasurements(t, filepath.Join(folder, part))
		for _, phase := range m.Phases {
			sum.Add(phase.Counts)
		}
	}
	if want := (engine.Counts{Expected: 14 * 500, Delivered: 14 * 500, Accepted: 14}); sum != want {
		t.Errorf("two processes counted %+v, want %+v", sum, want)
	}
}

// The image has what the TestRun names, and each runner is told how many there are.
func TestTheTestRunAndItsImageAgree(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	manifest, image := read("testrun.yaml"), read("Dockerfile")
	find := func(pattern string) string {
		found := regexp.MustCompile(pattern).FindStringSubmatch(manifest)
		if found == nil {
			t.Fatalf("testrun.yaml has no %s", pattern)
		}
		return found[1]
	}
	if segments := find(`name: SEGMENTS.*\n\s+value: "(\d+)"`); segments != find(`parallelism: (\d+)`) {
		t.Errorf("SEGMENTS is %s, unlike parallelism", segments)
	}
	if script := find(`localFile: (\S+)`); !strings.Contains(image, " "+script+"\n") {
		t.Errorf("the image has no %s", script)
	}
	for _, copied := range regexp.MustCompile(`(?m)^COPY (suites.*) \S+$`).FindAllStringSubmatch(image, -1) {
		for _, source := range strings.Fields(copied[1]) {
			if _, err := os.Stat(filepath.Join(reference.Root(), source)); err != nil {
				t.Error(err)
			}
		}
	}
}
