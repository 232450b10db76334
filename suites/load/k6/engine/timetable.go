package engine

import (
	"sort"
	"sync/atomic"
	"time"
)

// timetable says which phase an instant belongs to. What is before the first belongs to the first,
// what is after the last to the last.
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

// at is the index of the phase; the first before all have begun.
func (t *timetable) at(instant Nanos) int {
	starts := t.starts.Load()
	if starts == nil {
		return 0
	}
	phases := len(*starts) - 1
	begun := sort.Search(phases, func(i int) bool { return (*starts)[i] > instant })
	return max(begun-1, 0)
}
