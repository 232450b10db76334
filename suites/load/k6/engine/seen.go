package engine

// Verdict of one arrival on the sequence that a subscriber follows.
type arrival int

const (
	fresh     arrival = iota // for the first time, and in order
	overtaken                // for the first time, after one that was sent later
	again                    // once more
	ancient                  // older than the window: nobody can say which of the two
)

// window is how many of the latest sequence numbers a subscriber remembers one by one. What comes
// behind by more than that is counted as ancient, never guessed at.
const window = 1024

// seen follows one sequence at one subscriber: which of its numbers have come. It is a ring of
// bits, 136 bytes, however long the run is.
type seen struct {
	bits [window / 64]uint64
	next uint64 // one above the highest that has come
}

// mark takes one arrival and says what it was.
func (s *seen) mark(sequence uint64) arrival {
	if sequence >= s.next {
		// The bits of numbers that are skipped are those of numbers long gone: clear them.
		if sequence-s.next >= window {
			clear(s.bits[:])
		} else {
			for at := s.next; at < sequence; at++ {
				s.bits[at/64%(window/64)] &^= 1 << (at % 64)
			}
		}
		s.bits[sequence/64%(window/64)] |= 1 << (sequence % 64)
		s.next = sequence + 1
		return fresh
	}
	if s.next-sequence > window {
		return ancient
	}
	word, bit := &s.bits[sequence/64%(window/64)], uint64(1)<<(sequence%64)
	if *word&bit != 0 {
		return again
	}
	*word |= bit
	return overtaken
}
