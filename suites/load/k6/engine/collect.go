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
		r.sweep(Now() - r.plan.SettleMs*int64(time.Millisecond) - int64(mostStragglers))
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
	r.ledger.settle(before, came, func(key eventKey, event *publication) {
		if event.outcome != refused {
			r.taken[key.stream]++
			missing := event.expected - event.came()
			if event.gone(event.came()) {
				r.gone[key.stream]++
			} else if missing > 0 {
				r.troubles.add("missing", r.eventOf(key.stream), event.intended, missing)
			}
		}
		r.own.phases[event.phase].settle(event)
	})
	for key, seen := range came {
		if !r.isOwn(key.stream) {
			r.settleForeign(key, seen)
		}
	}
}

// settleForeign counts what came of another part's event. It is owed to all who were members here
// when it was sent; that part alone knows what it was that came to nobody here, and the merge of the
// parts says so. What comes of it later was counted as lost before.
func (r *Run) settleForeign(key eventKey, came *fanout) {
	channel, _, ok := r.origin(key.stream)
	if !ok {
		return
	}
	counts := &r.own.phases[came.phase].Counts
	known := r.heardOf[key.stream]
	if known == nil {
		known = &seen{}
		r.heardOf[key.stream] = known
	}
	if known.mark(key.sequence, true) != fresh {
		counts.Lost -= came.came()
		return
	}
	r.heard[key.stream]++
	owed := r.ledger.membersOf(channel)
	if came.here {
		owed = r.ledger.membersAt(channel, came.intended) + came.gone
	}
	counts.Expected += owed
	counts.Lost += owed - came.came()
}

// settle counts one event, and what is owed of it; its deliveries have been counted as they came.
func (t *Tally) settle(event *publication) {
	came := event.came()
	if event.gone(came) {
		return
	}
	switch event.outcome {
	case refused: // it should not have come at all
		t.Refused++
		t.Delivered -= event.arrivals.Delivered
		t.Late -= event.arrivals.Late
		t.Unexpected += came
		return
	case accepted:
		t.Accepted++
	default:
		t.Unanswered++
	}
	t.Expected += event.expected
	t.Lost += event.expected - came
	if event.outcome != accepted || came == 0 || event.whisper {
		return
	}
	t.Record(First, event.first-event.intended)
	if came >= event.expected { // else its last delivery is not known
		t.Record(Last, event.last-event.intended)
	}
}

// What has not come in its time is waited for a while longer, so that late can be told from lost:
// longest where much is late. Both engines wait alike.
const (
	stragglers     = 3 * time.Second
	mostStragglers = 10 * time.Second
	perSlowest     = 1.5
)

// patience is how long after the last phase deliveries are waited for.
func (r *Run) patience() int64 {
	settle, slowest := r.plan.SettleMs*int64(time.Millisecond), Nanos(0)
	for _, shard := range r.shards {
		shard.Lock()
		slowest = max(slowest, shard.slowest)
		shard.Unlock()
	}
	longer := max(int64(stragglers), int64(perSlowest*float64(slowest))-settle)
	return settle + min(longer, int64(mostStragglers))
}

// Wait waits until every event that was published has come to everybody, or its time is over; then it
// ends all connections and returns what was measured.
func (r *Run) Wait(ctx context.Context) (*Measurements, error) {
	began, due := Now(), r.dueFromOthers()
	for r.outstanding(due) && Now() < began+r.patience() && ctx.Err() == nil {
		sleepUntil(Now()+int64(20*time.Millisecond), ctx.Done())
	}
	standing := r.Standing()
	r.cancel()
	r.background.Wait()
	r.sweep(math.MaxInt64)
	measurements, err := r.measurements(standing, ctx.Err() == nil && r.began != 0)
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
			came[key] += seen.came()
		}
		shard.Unlock()
	}
	r.ledger.Lock()
	defer r.ledger.Unlock()
	for key, event := range r.ledger.open {
		here := came[key] + event.came()
		if event.outcome == waiting || event.outcome != refused && here < event.expected && !event.gone(here) {
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
