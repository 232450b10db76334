package engine

import (
	"encoding/json"
	"testing"

	"plumbline/load/k6/internal/reference"
)

// planFor is a small plan on a server: 200 clients on one private channel, 20 events a second.
func planFor(server *reference.Server, change func(*Plan)) *Plan {
	plan := &Plan{
		Version: 1,
		Target: Target{
			WebSocket: server.URL("ws"), API: server.URL("http"), AppID: reference.AppID, Key: reference.Key,
		},
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

func TestEveryDeliveryOfABroadcastIsCounted(t *testing.T) {
	m := run(t, planFor(reference.Start(t), func(*Plan) {}), Options{})
	if m.Connections != (Connections{Planned: 200, Standing: 200}) {
		t.Errorf("connections: %+v", m.Connections)
	}
	expectCounts(t, m, Counts{Expected: 50 * 200, Delivered: 50 * 200, Accepted: 50})
	if have := m.Phases[1].Counts; have.Accepted != 40 || have.Delivered != 8000 {
		t.Errorf("of the second phase: %+v", have)
	}
}
