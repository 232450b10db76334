package engine

import (
	"testing"
	"time"
)

func TestGroupsComeUpSideBySideEachAtItsOwnPace(t *testing.T) {
	fast, slow := &Group{Name: "fast", PerSecond: 10}, &Group{Name: "slow", PerSecond: 4}
	run := &Run{options: Options{Part: Part{Index: 0, Of: 1}}}
	for i, group := range []*Group{fast, fast, fast, fast, slow, slow} {
		run.subscribers = append(run.subscribers, &subscriber{group: group, index: i})
	}
	want := []struct {
		client int
		after  time.Duration
	}{{0, 0}, {4, 0}, {1, 100 * time.Millisecond}, {2, 200 * time.Millisecond}, {5, 250 * time.Millisecond}, {3, 300 * time.Millisecond}}
	for i, turn := range run.turns(1000) {
		if turn.subscriber.index != want[i].client || turn.intended != 1000+want[i].after.Nanoseconds() {
			t.Errorf("turn %d is client %d's after %d ns, want %+v", i, turn.subscriber.index, turn.intended-1000, want[i])
		}
	}
}
