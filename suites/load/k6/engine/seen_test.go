package engine

import (
	"math/rand/v2"
	"testing"
)

func TestEveryArrivalIsToldApart(t *testing.T) {
	var s seen
	for _, step := range []struct {
		sequence uint32
		want     arrival
	}{
		{0, fresh}, {1, fresh}, {1, again}, {4, fresh}, {3, overtaken}, {3, again}, {2, overtaken},
		{4, again}, {0, again}, {1100, fresh}, {77, overtaken}, {76, ancient}, {4, ancient},
		{1100 + window, fresh}, {1100, ancient}, {1101, overtaken}, {5_000_000, fresh},
		{5_000_000 - window + 1, overtaken}, {5_000_000 - window, ancient},
	} {
		if have := s.mark(step.sequence, false); have != step.want {
			t.Fatalf("%d: %d, want %d", step.sequence, have, step.want)
		}
	}
}

func TestWhatWasSentWhileAnotherWasUnansweredMayOvertakeIt(t *testing.T) {
	var s seen
	for _, step := range []struct {
		sequence    uint32
		overlapping bool
		want        arrival
	}{
		{0, false, fresh}, {2, true, fresh}, {1, false, fresh}, {1, false, again}, {4, false, fresh}, {3, false, overtaken},
	} {
		if have := s.mark(step.sequence, step.overlapping); have != step.want {
			t.Fatalf("%d: %d, want %d", step.sequence, have, step.want)
		}
	}
}

// A subscriber that remembers everything is the model; within the window the ring must agree.
func TestTheRingAgreesWithASubscriberThatForgetsNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var s seen
	known, next := map[uint32]bool{}, uint32(0)
	for i := 0; i < 200_000; i++ {
		sequence := next + uint32(random.IntN(3))
		switch {
		case random.IntN(5) == 0:
			sequence -= min(sequence, uint32(random.IntN(window+200)))
		case random.IntN(5000) == 0:
			sequence += uint32(random.IntN(3 * window))
		}
		want := fresh
		switch {
		case sequence >= next:
			next = sequence + 1
		case next-sequence > window:
			want = ancient
		case known[sequence]:
			want = again
		default:
			want = overtaken
		}
		known[sequence] = true
		if have := s.mark(sequence, false); have != want {
			t.Fatalf("arrival %d, sequence %d: %d, want %d", i, sequence, have, want)
		}
	}
}
