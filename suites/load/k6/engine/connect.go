package engine

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// dialing bounds the connections that are on their way at once; the plan's own pace comes first.
const dialing = 256

// Connect brings this part's clients up at the plan's pace, each group at its own. It returns when
// each client stands or has failed, and says how many stand.
func (r *Run) Connect(ctx context.Context) (standing int) {
	gate := make(chan struct{}, dialing)
	var wait sync.WaitGroup
	for _, next := range r.turns(Now()) {
		s, intended := next.subscriber, next.intended
		if !sleepUntil(intended, ctx.Done()) {
			break
		}
		gate <- struct{}{}
		wait.Go(func() {
			dialed := sync.OnceFunc(func() { <-gate })
			defer dialed()
			if s.group.Authorize != nil { // an application that signs slowly must not keep others from being dialed
				s.greeted = dialed
			}
			if err := s.connect(ctx, intended); err != nil {
				r.troubles.note("connect", err.Error())
				return
			}
			s.live()
		})
	}
	wait.Wait()
	return r.Standing()
}

// turn is when a client should be dialed.
type turn struct {
	subscriber *subscriber
	intended   Nanos
}

// turns are those of all clients from an instant on, in their order: the groups come up side by
// side, each at its own pace.
func (r *Run) turns(began Nanos) []turn {
	list, waiting := make([]turn, len(r.subscribers)), map[*Group]int{}
	for i, s := range r.subscribers {
		// In this part, the group's pace is shared with the others.
		nth := waiting[s.group] * r.options.Part.Of
		waiting[s.group]++
		list[i] = turn{s, began + int64(float64(nth)/s.group.PerSecond*1e9)}
	}
	slices.SortStableFunc(list, func(a, b turn) int { return cmp.Compare(a.intended, b.intended) })
	return list
}

// Planned is how many clients this part has.
func (r *Run) Planned() int { return len(r.subscribers) }

// Standing is how many of them have all their subscriptions now.
func (r *Run) Standing() int {
	standing := 0
	for _, shard := range r.shards {
		shard.Lock()
		standing += int(shard.standing)
		shard.Unlock()
	}
	return standing
}
