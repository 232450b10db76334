package engine

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"plumbline/load/k6/internal/reference"
)

// planFor is a small plan on a server: 200 clients on one private channel, 20 events a second.
func planFor(webSocket, api string, change func(*Plan)) *Plan {
	plan := &Plan{
		Version:    1,
		Target:     Target{WebSocket: webSocket, API: api, AppID: reference.AppID, Key: reference.Key},
		Channels:   []string{"private-auction"},
		Clients:    []Group{{Name: "bidders", Count: 200, PerSecond: 1000, Channels: [][]uint32{{0}}}},
		Publishers: []Publisher{{Event: "BidPlaced", PerSecond: 20, Channels: []uint32{0}, Bytes: 300}},
		Phases:     []Phase{{Name: "warm-up", Seconds: 0.5, Rate: 1}, {Name: "auction", Seconds: 2, Rate: 1, Measured: true}},
		SettleMs:   5000,
	}
	change(plan)
	return plan
}

// run runs a plan to its end.
func run(t *testing.T, plan *Plan, options Options) *Measurements {
	t.Helper()
	if err := plan.check(); err != nil {
		t.Fatal(err)
	}
	options.Secret = reference.Secret
	r, err := Open(t.Context(), plan, options)
	if err != nil {
		t.Fatal(err)
	}
	r.Connect(t.Context())
	r.Publish(t.Context())
	measurements, err := r.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return measurements
}

func total(m *Measurements) (sum Counts) {
	for _, phase := range m.Phases {
		sum.Add(phase.Counts)
	}
	return sum
}

func expectCounts(t *testing.T, m *Measurements, want Counts) {
	t.Helper()
	if have := total(m); have != want {
		text, _ := json.Marshal(m.Troubles)
		t.Errorf("counted %+v\n   want %+v\ntroubles: %s", have, want, text)
	}
}

func decoded(t *testing.T, text string) *hdrhistogram.Histogram {
	t.Helper()
	h, err := hdrhistogram.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// share is how much of a histogram is at or below a value.
func share(h *hdrhistogram.Histogram, value int64) float64 {
	var below int64
	for _, bar := range h.Distribution() {
		if bar.To <= value {
			below += bar.Count
		}
	}
	return float64(below) / float64(h.TotalCount())
}

// All of these run on one server, each on channels of its own, and owe exactly what comes.
func TestOnTheReferenceServerNothingIsLost(t *testing.T) {
	server := reference.Start(t)
	for name, test := range map[string]struct {
		change  func(*Plan)
		want    Counts   // zero where only the sum of what is owed and what came must agree
		timed   []string // latencies of the second phase that must be there
		lacking []string // and those that must not
	}{
		"of a broadcast": {
			change: func(*Plan) {},
			want:   Counts{Expected: 50 * 200, Delivered: 50 * 200, Accepted: 50},
			timed:  []string{"answer", "delivery", "first", "last"}, lacking: []string{"recover", "whisper"},
		},
		"of batches to many channels": {
			change: func(plan *Plan) {
				plan.Channels = []string{"batch-a", "presence-batch-b", "batch-c"}
				plan.Clients[0].Channels, plan.Clients[0].Count = [][]uint32{{0, 1}, {1, 2}}, 60
				plan.Publishers[0] = Publisher{Event: "Said", PerSecond: 60, Channels: []uint32{0, 1, 2}, Bytes: 100, Batch: 6}
			},
			// 25 requests of 6 events, two to each channel; 30, 60 and 30 members.
			want:  Counts{Expected: 50 * 120, Delivered: 50 * 120, Accepted: 150},
			timed: []string{"answer", "delivery", "first", "last"},
		},
		"of what is sealed": {
			change: func(plan *Plan) {
				plan.Channels = []string{"private-encrypted-auction"}
				plan.Clients[0].Count = 50
			},
			want:  Counts{Expected: 50 * 50, Delivered: 50 * 50, Accepted: 50},
			timed: []string{"delivery", "last"},
		},
		"of whispers": {
			change: func(plan *Plan) {
				plan.Channels = []string{"private-room-a", "private-room-b"}
				plan.Clients[0].Channels, plan.Clients[0].Count = [][]uint32{{0}, {1}}, 20
				plan.Clients[0].Whispers = &Whispers{PerSecond: 2, Bytes: 80}
				plan.Publishers = nil
			},
			// 20 clients, twice a second for 2.5 s, each to the nine others of its room.
			want:  Counts{Expected: 100 * 9, Delivered: 100 * 9, Accepted: 100},
			timed: []string{"whisper"}, lacking: []string{"answer", "delivery"},
		},
		"to those who come and go": {
			change: func(plan *Plan) {
				plan.Channels = []string{"private-visited"}
				plan.Clients = append(plan.Clients, Group{
					Name: "visitors", Count: 20, PerSecond: 100, Channels: [][]uint32{{0}}, Visits: &Visits{StayMs: 230, AwayMs: 110},
				})
			},
			timed: []string{"connect", "handshake", "subscribe", "delivery"},
		},
		"to those who are cut off": {
			change: func(plan *Plan) {
				plan.Channels, plan.Reconnect = []string{"private-dropped"}, &Reconnect{AfterMs: 100}
				plan.Phases[1].Drop = 0.5
			},
			timed: []string{"recover", "delivery"},
		},
		"to those who read slowly": {
			change: func(plan *Plan) {
				plan.Channels = []string{"private-slow"}
				plan.Clients = append(plan.Clients, Group{
					Name: "slow", Count: 20, PerSecond: 100, Channels: [][]uint32{{0}}, Slow: &Slow{PauseMs: 200, EveryMs: 100},
				})
			},
			want: Counts{Expected: 50 * 220, Delivered: 50 * 220, Accepted: 50},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := run(t, planFor(server.URL("ws"), server.URL("http"), test.change), Options{})
			have := total(m)
			if test.want == (Counts{}) {
				test.want = Counts{Expected: have.Expected, Delivered: have.Expected, Accepted: 50}
			}
			if have.Delivered == 0 {
				t.Error("nothing was delivered")
			}
			expectCounts(t, m, test.want)
			for _, kind := range test.timed {
				if m.Phases[2].Latencies[kind] == "" {
					t.Errorf("no latency of %s", kind)
				}
			}
			for _, kind := range test.lacking {
				if m.Phases[2].Latencies[kind] != "" {
					t.Errorf("a latency of %s, of which there is none", kind)
				}
			}
		})
	}
}

func TestOverTLSNothingIsLostEither(t *testing.T) {
	folder := reference.Root() + "/targets/reference/server/testing/tls/"
	authority, err := os.ReadFile(folder + "authority.pem")
	if err != nil {
		t.Fatal(err)
	}
	server := reference.Start(t, "REVERB_SERVER_TLS_CERT="+folder+"server.cert.pem", "REVERB_SERVER_TLS_KEY="+folder+"server.key.pem")
	m := run(t, planFor(server.URL("wss"), server.URL("https"), func(plan *Plan) {
		plan.Target.CA, plan.Clients[0].Count = string(authority), 50
	}), Options{})
	expectCounts(t, m, Counts{Expected: 50 * 50, Delivered: 50 * 50, Accepted: 50})
}

func TestClientsMayDialFromSeveralAddresses(t *testing.T) {
	server := reference.Start(t)
	m := run(t, planFor(server.URL("ws"), server.URL("http"), func(plan *Plan) {
		plan.Target.Sources, plan.Clients[0].Count = []string{"127.0.0.2", "127.0.0.3"}, 20
	}), Options{})
	expectCounts(t, m, Counts{Expected: 50 * 20, Delivered: 50 * 20, Accepted: 50})
}

func TestPartsOfAPlanLoseNothingAndCountNothingTwice(t *testing.T) {
	server := reference.Start(t)
	plan := planFor(server.URL("ws"), server.URL("http"), func(plan *Plan) {
		plan.Clients[0].Count = 100
		plan.Clients = append(plan.Clients, Group{
			Name: "crowd", Count: 11, PerSecond: 100, Channels: [][]uint32{{1, 0}}, Whispers: &Whispers{PerSecond: 2, Bytes: 80},
		})
		plan.Channels = append(plan.Channels, "private-crowd")
	})
	const parts = 3
	runs := make(chan *Measurements, parts)
	start := startIn(1500)
	for index := range parts {
		go func() { runs <- run(t, plan, Options{Part: Part{index, parts}, Start: start}) }()
	}
	var sum Counts
	planned := 0
	for range parts {
		m := <-runs
		sum.Add(total(m))
		planned += m.Connections.Planned
	}
	// 50 events to all, and five whispers of each of the crowd to the ten others.
	if want := (Counts{Expected: 50*111 + 55*10, Delivered: 50*111 + 55*10, Accepted: 50 + 55}); sum != want || planned != 111 {
		t.Errorf("counted %+v of %d clients, want %+v of 111", sum, planned, want)
	}
}

func startIn(ms int) time.Time { return time.Now().Add(time.Duration(ms) * time.Millisecond) }
