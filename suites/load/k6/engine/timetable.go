package engine

import (
	"sort"
	"sync/atomic"
	"time"
)

// Ramp is the phase before those of the plan: bringing the clients up. It is measured as they are,
// or nothing would be known of connections.
const Ramp = "ramp"

// timetable says which phase an instant belongs to: 0 is the ramp, the plan's follow. What is after
// the last belongs to the last.
type timetable struct{ starts atomic.Pointer[[]Nanos] }

// begin sets the phases from an instant on and returns their beginnings, and behind them the end.
func (t *timetable) begin(at Nanos, phases []Phase) []Nanos {
	starts := make([]Nanos, len(phases)+1)
	for i, phase := range phases {
		starts[i] = at
		at += int64(phase.Seconds * float64(time.Second))
	}
	starts[len(phases)] = at
	t.starts.Store(&starts)
	return starts
}

// at is the index of the phase of an instant.
func (t *timetable) at(instant Nanos) int {
	starts := t.starts.Load()
	if starts == nil {
		return 0
	}
	phases := len(*starts) - 1
	return sort.Search(phases, func(i int) bool { return (*starts)[i] > instant })
}
