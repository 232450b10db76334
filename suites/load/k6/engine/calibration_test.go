package engine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"plumbline/load/k6/internal/broadcast"
)

// A server that holds each event back for 50 to 150 ms, and for a second in every five broadcasts
// nothing at all, knows what it did: 100,000 deliveries, each with the time from its intended
// instant until it was written. What the engine reports must be that, to two hundredths.
func TestReportedQuantilesAreThoseThatTheServerApplied(t *testing.T) {
	server, err := broadcast.Listen()
	if err != nil {
		t.Fatal(err)
	}
	var mutex sync.Mutex
	applied, began := NewHistogram(), Now()
	server.Hold = func(data string) {
		stamp, _ := findStamp([]byte(data))
		until := stamp.intended + int64(50*time.Millisecond) + rand.Int64N(int64(100*time.Millisecond))
		const second, period = int64(time.Second), int64(5 * time.Second)
		if into := (until - began) % period; into > period-second {
			until += period - into // a stall lets go of all it holds at its end
		}
		sleepUntil(until, nil)
	}
	server.Wrote = func(data string) {
		stamp, _ := findStamp([]byte(data))
		mutex.Lock()
		defer mutex.Unlock()
		applied.Record(Now() - stamp.intended)
	}
	go server.Serve()
	t.Cleanup(server.Close)
	address := fmt.Sprintf("127.0.0.1:%d", server.Port())
	m := run(t, planFor("ws://"+address, "http://"+address, func(plan *Plan) {
		plan.Clients[0].Count = 100
		plan.Publishers[0].PerSecond = 100
		plan.Phases = []Phase{{Name: "all", Seconds: 10, Rate: 1, Measured: true}}
	}), Options{})
	expectCounts(t, m, Counts{Expected: 100_000, Delivered: 100_000, Accepted: 1000})
	reported := decoded(t, m.Phases[1].Latencies["delivery"])
	for _, quantile := range []float64{50, 75, 90, 95, 99, 99.9} {
		have, want := reported.ValueAtPercentile(quantile), applied.hdr.ValueAtPercentile(quantile)
		off := float64(have)/float64(want) - 1
		t.Logf("p%v: applied %d µs, reported %d µs, off by %+.2f %%", quantile, want, have, off*100)
		if math.Abs(off) > 0.02 {
			t.Errorf("p%v is off by %+.2f %%", quantile, off*100)
		}
	}
}
