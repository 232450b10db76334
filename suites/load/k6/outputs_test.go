package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	"google.golang.org/protobuf/proto"

	"plumbline/load/k6/internal/reference"
)

// prometheus starts a real one that takes what k6 writes, and returns its address.
func prometheus(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("prometheus")
	if err != nil {
		t.Skip("there is no prometheus here: apt-get install prometheus")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close()
	folder := t.TempDir()
	config := filepath.Join(folder, "prometheus.yml")
	if err := os.WriteFile(config, []byte("global: { scrape_interval: 1h }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), program, "--config.file="+config, "--web.listen-address="+address,
		"--storage.tsdb.path="+filepath.Join(folder, "data"), "--web.enable-remote-write-receiver")
	said, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	var heard strings.Builder
	for lines := bufio.NewScanner(said); lines.Scan(); {
		heard.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "Server is ready to receive web requests") {
			go func() { _, _ = io.Copy(io.Discard, said) }()
			return "http://" + address
		}
	}
	t.Fatalf("prometheus did not come up:\n%s", heard.String())
	return ""
}

// series is how many series a query finds, or the error that Prometheus makes of it.
func series(t *testing.T, address, query string) (int, error) {
	t.Helper()
	answer, err := http.Get(address + "/api/v1/query?query=" + url.QueryEscape(query))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var said struct {
		Status, Error string
		Data          struct{ Result []json.RawMessage }
	}
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		t.Fatal(err)
	}
	if said.Status != "success" {
		return 0, fmt.Errorf("%s: %s", query, said.Error)
	}
	return len(said.Data.Result), nil
}

// dashboard returns each query of the Grafana dashboard, as Grafana would send it.
func dashboard(t *testing.T) (queries []string) {
	t.Helper()
	text, err := os.ReadFile("grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	for _, panel := range board.Panels {
		if panel.Title == "" || len(panel.Targets) == 0 {
			t.Errorf("a panel without title or query: %+v", panel)
		}
		for _, target := range panel.Targets {
			queries = append(queries, strings.NewReplacer("$__rate_interval", "1m", "$testid", ".*").Replace(target.Expr))
		}
	}
	return queries
}

func TestAPlanFeedsPrometheusAndEveryPanelOfTheDashboard(t *testing.T) {
	address, plan := prometheus(t), writePlan(t, reference.Start(t))
	code, said := k6(t, append(secret,
		"K6_PROMETHEUS_RW_SERVER_URL="+address+"/api/v1/write", "K6_PROMETHEUS_RW_PUSH_INTERVAL=500ms"),
		"run", "-e", "PLAN="+plan, "--tag", "testid=one", "--out", "experimental-prometheus-rw", "run.ts")
	if code != 0 {
		t.Fatalf("exit code %d:\n%s", code, said)
	}
	if n, err := series(t, address, `k6_pusher_deliveries_total == 40 * 61`); n != 1 || err != nil {
		t.Errorf("%d series with all deliveries: %v", n, err)
	}
	if n, err := series(t, address, `k6_pusher_delivery{scope="run"}`); n != 6 || err != nil {
		t.Errorf("%d quantiles of the run: %v", n, err)
	}
	queries := dashboard(t)
	if len(queries) < 10 {
		t.Errorf("%d queries", len(queries))
	}
	for _, query := range queries {
		if n, err := series(t, address, query); n == 0 || err != nil {
			t.Errorf("nothing for %s: %v", query, err)
		}
	}
}

// Without a Prometheus at hand, and of counters that only a fault feeds.
func TestTheDashboardNamesMetricsThatPlansFeed(t *testing.T) {
	text, err := os.ReadFile("module/reporter.go")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"data_sent_total": true, "data_received_total": true}
	for _, gauge := range []string{"delivery", "first", "last", "answer", "connect", "handshake", "subscribe", "recover", "whisper", "authorize"} {
		known["pusher_"+gauge] = true
	}
	for _, name := range regexp.MustCompile(`"(pusher_[a-z_]+)"`).FindAllStringSubmatch(string(text), -1) {
		known[name[1]] = true
	}
	for _, name := range regexp.MustCompile(`"([a-z_]+)": +c\.`).FindAllStringSubmatch(string(text), -1) {
		known["pusher_"+name[1]+"_total"] = true
	}
	for _, query := range dashboard(t) {
		for _, name := range regexp.MustCompile(`k6_([a-z_]+)`).FindAllStringSubmatch(query, -1) {
			if !known[name[1]] {
				t.Errorf("no plan feeds %s, which %s names", name[0], query)
			}
		}
	}
}

func TestAPlanFeedsAnOpenTelemetryReceiver(t *testing.T) {
	var lock sync.Mutex
	quantiles, bytes := map[string]bool{}, 0.0
	receiver := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		var export collector.ExportMetricsServiceRequest
		if err != nil || proto.Unmarshal(body, &export) != nil {
			answer.WriteHeader(http.StatusBadRequest)
			return
		}
		lock.Lock()
		defer lock.Unlock()
		for _, resource := range export.ResourceMetrics {
			for _, scope := range resource.ScopeMetrics {
				for _, metric := range scope.Metrics {
					for _, point := range metric.GetGauge().GetDataPoints() {
						for _, attribute := range point.Attributes {
							if metric.Name == "pusher_delivery" && attribute.Key == "quantile" {
								quantiles[attribute.Value.GetStringValue()] = true
							}
						}
					}
					for _, point := range metric.GetSum().GetDataPoints() {
						if metric.Name == "data_received" {
							bytes = point.GetAsDouble()
						}
					}
				}
			}
		}
	}))
	t.Cleanup(receiver.Close)
	code, said := k6(t, append(secret, "K6_OTEL_EXPORTER_PROTOCOL=http/protobuf", "K6_OTEL_HTTP_EXPORTER_INSECURE=true",
		"K6_OTEL_HTTP_EXPORTER_ENDPOINT="+strings.TrimPrefix(receiver.URL, "http://"), "K6_OTEL_EXPORT_INTERVAL=500ms"),
		"run", "-e", "PLAN="+writePlan(t, reference.Start(t)), "--out", "opentelemetry", "run.ts")
	if code != 0 {
		t.Fatalf("exit code %d:\n%s", code, said)
	}
	lock.Lock()
	defer lock.Unlock()
	if !quantiles["p50"] || !quantiles["p99.9"] || bytes < 40*61*200 {
		t.Errorf("quantiles %v, %.0f bytes:\n%s", quantiles, bytes, said)
	}
}
