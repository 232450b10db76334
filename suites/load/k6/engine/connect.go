package engine

import (
	"context"
	"sync"
)

// dialing bounds the connections that are on their way at once; the plan's own pace comes first.
const dialing = 256

// Connect brings this part's clients up at the plan's pace, each group at its own. It returns when
// each client stands or has failed, and says how many stand.
func (r *Run) Connect(ctx context.Context) (standing int) {
	gate := make(chan struct{}, dialing)
	var wait sync.WaitGroup
	began, waiting := Now(), map[*Group]int{}
	for _, s := range r.subscribers {
		// In this part, the group's pace is shared with the others.
		turn := waiting[s.group]
		waiting[s.group]++
		intended := began + int64(float64(turn*r.options.Part.Of)/s.group.PerSecond*1e9)
		if !sleepUntil(intended, ctx.Done()) {
			break
		}
		gate <- struct{}{}
		wait.Go(func() {
			defer func() { <-gate }()
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
