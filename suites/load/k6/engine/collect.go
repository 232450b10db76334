package engine

import (
	"context"
	"math"
	"time"
)

// Interval is what one second brought.
type Interval struct {
	Second     int // since the run was opened
	Phase      string
	Standing   int
	Deliveries *Histogram // latencies of this second, in µs; only until the call that tells it returns
	CPU        float64    // cores that this process used
	RSS        int64      // bytes
}

// beat samples the generator's own condition: how late its goroutines are woken. A beat that came
// very late stands for all those that it swallowed.
func (r *Run) beat() {
	const every = 10 * time.Millisecond
	for next := Now() + int64(every); sleepUntil(next, r.context.Done()); next = Now() + int64(every) {
		late := Now() - next
		r.own.Lock()
		r.own.delay.RecordEvery(late, every)
		r.own.Unlock()
	}
}

// collect ends an interval each second until the run is over.
func (r *Run) collect() {
	cpu, deliveries := cpuTime(), NewHistogram()
	for second := 0; ; second++ {
		running := sleepUntil(r.openedAt+int64(second+1)*int64(time.Second), r.context.Done())
		used := cpuTime()
		deliveries.Reset()
		interval := r.interval(second, deliveries)
		interval.CPU = (used - cpu).Seconds()
		cpu = used
		r.sweep(Now() - r.plan.SettleMs*int64(time.Millisecond))
		r.intervals = append(r.intervals, interval.second())
		if r.options.OnInterval != nil {
			r.options.OnInterval(interval)
		}
		if !running {
			return
		}
	}
}

// interval takes what the shards have measured since it was last called.
func (r *Run) interval(second int, deliveries *Histogram) Interval {
	interval := Interval{
		Second: second, Phase: r.phaseList[r.phases.at(Now())].Name, RSS: residentBytes(), Deliveries: deliveries,
	}
	for _, shard := range r.shards {
		shard.Lock()
		deliveries.Add(shard.deliveries)
		shard.deliveries.Reset()
		interval.Standing += int(shard.standing)
		shard.Unlock()
	}
	return interval
}

// sweep settles the events intended before an instant: what they owed and what came of them is
// counted, and they are forgotten.
func (r *Run) sweep(before Nanos) {
	came := map[eventKey]*fanout{}
	for _, shard := range r.shards {
		shard.Lock()
		shard.fanouts.sweep(before, came)
		shard.Unlock()
	}
	r.own.Lock()
	defer r.own.Unlock()
	r.ledger.settle(before, func(key eventKey, event *publication) {
		if event.outcome == accepted {
			r.taken[key.stream]++
			r.miss(key.stream, event, came[key])
		}
		r.own.phases[event.phase].settle(event, came[key])
	})
	// What another part published is owed to all members here; that part alone knows what it was
	// that came to nobody here, and the merge of the parts says so.
	for key, seen := range came {
		if channel, _, ok := r.origin(key.stream); ok && !r.isOwn(key.stream) {
			r.heard[key.stream]++
			r.own.phases[seen.phase].Expected += r.ledger.membersOf(channel)
		}
	}
}

// miss notes the deliveries of an accepted event that have not come, at the instant of the event.
func (r *Run) miss(stream uint32, event *publication, seen *fanout) {
	missing := event.expected
	if seen != nil {
		missing -= seen.delivered
	}
	if missing > 0 {
		r.troubles.add("missing", r.eventOf(stream), event.intended, missing)
	}
}

// settle counts one event, and what came of it.
func (t *Tally) settle(event *publication, seen *fanout) {
	if seen == nil {
		seen = &fanout{}
	}
	t.makeUp(event.outcome, seen.delivered+event.late)
	switch event.outcome {
	case refused:
		t.Refused++
		return
	case unknown, waiting:
		t.Unanswered++
		return
	}
	t.Accepted++
	t.Expected += event.expected
	if seen.delivered == 0 || event.whisper {
		return
	}
	t.Record(First, seen.first-event.intended)
	if seen.delivered >= event.expected { // else its last delivery is not known
		t.Record(Last, seen.last-event.intended)
	}
}

// makeUp counts what came of an event that was not accepted, so that it makes up for no other.
func (t *Tally) makeUp(of outcome, delivered int64) {
	switch of {
	case refused: // it should not have come
		t.Delivered -= delivered
		t.Unexpected += delivered
	case unknown, waiting: // what came of it came; nothing was owed
		t.Expected += delivered
	}
}

// Wait waits until every event that was published has come to everybody, or has settled; then it
// ends all connections and returns what was measured.
func (r *Run) Wait(ctx context.Context) (*Measurements, error) {
	deadline := Now() + r.plan.SettleMs*int64(time.Millisecond)
	due := r.dueFromOthers()
	for r.outstanding(due) && Now() < deadline && ctx.Err() == nil {
		sleepUntil(Now()+int64(20*time.Millisecond), ctx.Done())
	}
	standing := r.Standing()
	r.cancel()
	r.background.Wait()
	r.sweep(math.MaxInt64)
	measurements, err := r.measurements(standing, ctx.Err() == nil)
	for _, s := range r.subscribers {
		s.part()
	}
	for _, shard := range r.shards {
		shard.Stop()
	}
	return measurements, err
}

// outstanding says whether answers or deliveries are still owed, or events due from other parts.
func (r *Run) outstanding(due int64) bool {
	came := map[eventKey]int64{}
	r.own.Lock()
	for _, events := range r.heard {
		due -= events
	}
	r.own.Unlock()
	for _, shard := range r.shards {
		shard.Lock()
		for key, seen := range shard.fanouts.open {
			came[key] += seen.delivered
		}
		shard.Unlock()
	}
	r.ledger.Lock()
	defer r.ledger.Unlock()
	for key, event := range r.ledger.open {
		if event.outcome == waiting || event.outcome == accepted && came[key] < event.expected {
			return true
		}
	}
	for key, deliveries := range came {
		channel, _, ok := r.origin(key.stream)
		if !ok || r.isOwn(key.stream) {
			continue
		}
		if deliveries < r.ledger.members[channel] {
			return true
		}
		due--
	}
	return due > 0
}
