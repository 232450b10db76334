package engine

import (
	"context"
	"encoding/json"

	"plumbline/load/k6/pusher"
)

// whisperEvent is the name of the load's client events.
const whisperEvent = "client-whisper"

// whisper sends the client events of this part, each group's spread evenly over its clients.
func (r *Run) whisper(ctx context.Context, starts []Nanos) {
	done := make(chan struct{})
	groups := 0
	for _, clients := range r.whisperers() {
		groups++
		go func() {
			defer func() { done <- struct{}{} }()
			rate := clients[0].group.Whispers.PerSecond * float64(len(clients))
			r.pace(ctx, starts, rate, func(turn, phase int, intended Nanos) {
				clients[turn%len(clients)].whisper(phase, intended)
			})
		}()
	}
	for range groups {
		<-done
	}
}

func (r *Run) whisperers() map[*Group][]*subscriber {
	groups := map[*Group][]*subscriber{}
	for _, s := range r.subscribers {
		if s.group.Whispers != nil && len(s.wanted) > 0 {
			groups[s.group] = append(groups[s.group], s)
		}
	}
	return groups
}

func (s *subscriber) whisper(phase int, intended Nanos) {
	s.shard.Lock()
	defer s.shard.Unlock()
	m := &s.wanted[0]
	if !m.stands {
		return
	}
	run := s.shard.run
	stamp := run.ledger.issue(run.whispers()+uint32(s.index), publication{
		channel: m.channel, phase: phase, intended: intended, whisper: true,
		expected: -1, // its sender gets none
		outcome:  accepted,
	})
	text, _ := json.Marshal(pusher.Message{
		Event: whisperEvent, Channel: run.plan.Channels[m.channel], Data: json.RawMessage(data(stamp, s.group.Whispers.Bytes)),
	})
	s.line.Send(pusher.Text, text)
	run.own.Lock()
	run.own.lag.Record(Now() - intended)
	run.own.Unlock()
}

// drops cuts off, as a phase begins, the share of clients that the plan says.
func (r *Run) drops(ctx context.Context, starts []Nanos) {
	for phase := range r.plan.Phases {
		if !sleepUntil(starts[phase], ctx.Done()) {
			return
		}
		share, due := r.plan.Phases[phase].Drop, 0.0
		for _, s := range r.subscribers {
			if due += share; due >= 1 {
				due--
				s.drop()
			}
		}
	}
}
