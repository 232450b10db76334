package engine

import (
	"context"
	"errors"
	"time"

	"plumbline/load/k6/line"
)

// patience is how long a client may take from its dial until all its subscriptions stand.
const patience = 10 * time.Second

// connect dials, and waits until all subscriptions stand or will not. A client that is there
// already, or on its way, has nothing to do: a visitor who was cut off comes back for two reasons.
func (s *subscriber) connect(ctx context.Context, intended Nanos) error {
	s.shard.Lock()
	there := s.coming || s.line != nil && s.line.Open()
	s.coming = s.coming || !there
	s.shard.Unlock()
	if there {
		return nil
	}
	defer func() {
		s.shard.Lock()
		s.coming = false
		s.shard.Unlock()
	}()
	limit := patience
	if s.group.Authorize != nil {
		limit += answerTimeout // of an application that does not answer is told by itself
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errors.New("no answer in "+limit.String()))
	defer cancel()
	run := s.shard.run
	dialed, err := run.endpointOf(s.index).Dial(ctx)
	if err != nil {
		return err
	}
	stands := make(chan struct{})
	err = s.shard.Add(dialed, s, func(line *line.Line) {
		s.line, s.stands = line, stands
		s.askedAt = Now() - int64(dialed.Upgrade)
		s.shard.phase(s.askedAt).Record(Connect, s.askedAt-intended)
	})
	if err != nil {
		return err
	}
	select {
	case <-stands:
		return nil
	case <-ctx.Done():
		s.shard.Lock()
		defer s.shard.Unlock()
		if !s.standing {
			s.line.Close()
			return context.Cause(ctx)
		}
		return nil
	}
}

// Closed is told when the connection has ended: by the server, or with no reason by Line.Close.
func (s *subscriber) Closed(reason error) {
	if s.standing {
		s.standing = false
		s.shard.standing--
		s.shard.run.stands(-1)
	} else {
		close(s.stands)
	}
	for i := range s.wanted {
		s.wanted[i].stands = false
	}
	s.joined = 0
	if reason == nil {
		return
	}
	// Events stay owed: losing the connection was not the client's will.
	s.lostAt = Now()
	s.shard.run.troubles.note("connection", reason.Error())
	s.comeBack()
}

// part leaves all channels and hangs up, of the client's own will.
func (s *subscriber) part() {
	s.shard.Lock()
	defer s.shard.Unlock()
	if s.line == nil || !s.line.Open() {
		return
	}
	run := s.shard.run
	channelOf := func(stream uint32) uint32 { channel, _, _ := run.origin(stream); return channel }
	isOwn := func(stream uint32) bool { return stream == run.whispers()+uint32(s.index) }
	for i := range s.wanted {
		m := &s.wanted[i]
		if !m.owed {
			continue
		}
		if run.options.Part.Of > 1 {
			s.shard.fanouts.leave(m, channelOf)
		}
		run.ledger.leave(m, isOwn, Now()-run.plan.SettleMs*int64(time.Millisecond))
		m.owed = false
	}
	s.line.Close()
}

// comeBack connects again, as the plan says; without a word of the plan, the client stays away.
func (s *subscriber) comeBack() {
	run := s.shard.run
	if run.plan.Reconnect == nil {
		return
	}
	run.later(time.Duration(run.plan.Reconnect.AfterMs)*time.Millisecond, func(ctx context.Context) {
		if err := s.connect(ctx, Now()); err != nil && ctx.Err() == nil {
			run.troubles.note("reconnect", err.Error())
			s.comeBack()
		}
	})
}

// drop cuts the client off, if it is there, and lets it come back at once, as a network that fails does.
func (s *subscriber) drop() {
	s.shard.Lock()
	there := s.line != nil && s.line.Open()
	s.shard.Unlock()
	if !there {
		return
	}
	s.part()
	s.shard.Lock()
	s.lostAt = Now()
	s.shard.Unlock()
	s.comeBack()
}

// live does what makes the client of its kind: pauses, or visits.
func (s *subscriber) live() {
	switch {
	case s.group.Slow != nil:
		s.pause()
	case s.group.Visits != nil:
		s.visit()
	}
}

func (s *subscriber) pause() {
	slow := s.group.Slow
	every, pause := time.Duration(slow.EveryMs)*time.Millisecond, time.Duration(slow.PauseMs)*time.Millisecond
	s.shard.run.later(every, func(context.Context) {
		s.reading(false)
		s.shard.run.later(pause, func(context.Context) {
			s.reading(true)
			s.pause()
		})
	})
}

func (s *subscriber) reading(on bool) {
	s.shard.Lock()
	defer s.shard.Unlock()
	if s.line == nil {
		return
	}
	if on {
		s.line.Resume()
	} else {
		s.line.Pause()
	}
}

func (s *subscriber) visit() {
	visits := s.group.Visits
	stay, away := time.Duration(visits.StayMs)*time.Millisecond, time.Duration(visits.AwayMs)*time.Millisecond
	s.shard.run.later(stay, func(context.Context) {
		s.part()
		s.shard.run.later(away, func(ctx context.Context) {
			if err := s.connect(ctx, Now()); err != nil && ctx.Err() == nil {
				s.shard.run.troubles.note("connect", err.Error())
			}
			s.visit()
		})
	})
}
