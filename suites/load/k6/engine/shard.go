package engine

import (
	"math"
	"time"

	"plumbline/load/k6/line"
)

// shard is one loop with the subscribers that it reads and all that it measures. The loop's lock
// guards it all.
type shard struct {
	*line.Loop
	run      *Run
	phases   []Tally
	fanouts  fanouts
	latest   latest
	standing int64 // connections whose subscriptions all stand
	slowest  Nanos // the longest that any delivery has taken
	// Since the last interval ended.
	deliveries *Histogram
}

// latest is the latest message that had to be parsed to know its event: in a broadcast to thousands,
// nearly always the next one, too.
type latest struct {
	raw   []byte
	stamp stamp
}

func newShard(run *Run) (*shard, error) {
	loop, err := line.NewLoop(Now)
	if err != nil {
		return nil, err
	}
	return &shard{
		Loop: loop, run: run,
		phases:     make([]Tally, len(run.phaseList)),
		fanouts:    fanouts{open: map[eventKey]*fanout{}},
		deliveries: NewHistogram(),
	}, nil
}

// phase is the tally of an instant.
func (s *shard) phase(at Nanos) *Tally { return &s.phases[s.run.phases.at(at)] }

// delivered takes one event that came to somebody to whom it was owed. timed is false where the
// receiver itself makes things slow.
func (s *shard) delivered(stamp stamp, how arrival, timed bool) {
	if s.fanouts.swept == math.MaxInt64 {
		return // the run is over, and all is counted
	}
	at, here := s.ReadAt(), stamp.machine == machine
	if !here { // another machine's clock says nothing here
		stamp.intended = at
	}
	tally := &s.phases[stamp.phase]
	switch how {
	case again:
		tally.Duplicated++
		return
	case ancient:
		tally.Ancient++
		return
	case overtaken:
		tally.Reordered++
	}
	took := at - stamp.intended
	late := took > s.run.plan.SettleMs*int64(time.Millisecond)
	s.slowest = max(s.slowest, took)
	if s.run.isOwn(stamp.stream) && s.fanouts.isSwept(stamp) {
		if s.run.ledger.swept(stamp, at, late, tally) {
			s.run.troubles.add("missing", s.run.eventOf(stamp.stream), stamp.intended, -1)
		}
	} else {
		tally.arrived(late)
		s.fanouts.deliver(stamp, at, late)
	}
	if !here || !timed {
		return
	}
	kind := Delivery
	if s.run.isWhisper(stamp.stream) {
		kind = Whisper
	}
	tally.Record(kind, took)
	s.deliveries.Record(took)
}
