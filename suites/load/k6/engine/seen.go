package engine

// arrival is what an event is to the subscriber that it comes to.
type arrival int

const (
	fresh     arrival = iota // for the first time, and in order
	overtaken                // for the first time, after one that was sent later
	again                    // once more
	ancient                  // behind by more than the window: nobody can say which of the two
)

// window is how many of the latest sequence numbers a subscriber remembers one by one. What comes
// behind by more than that is counted as ancient, never guessed at.
const window = 1024

// seen follows one stream at one subscriber: which of its sequence numbers have come. It is a ring
// of bits, some 140 bytes, however long the run is.
type seen struct {
	bits    [window / 64]uint64
	next    uint32 // one above the highest that has come
	excused uint32 // what is below may have been overtaken on its way to the server
}

// mark takes one arrival and says what it was.
func (s *seen) mark(sequence uint32, overlapping bool) arrival {
	if sequence >= s.next {
		s.skip(sequence)
		s.set(sequence)
		s.next = sequence + 1
		if overlapping {
			s.excused = s.next
		}
		return fresh
	}
	if s.next-sequence > window {
		return ancient
	}
	if s.has(sequence) {
		return again
	}
	s.set(sequence)
	if sequence < s.excused {
		return fresh
	}
	return overtaken
}

// has says whether a sequence number has come; of one behind the window, nobody can say that it has not.
func (s *seen) has(sequence uint32) bool {
	if sequence < s.next && s.next-sequence > window {
		return true
	}
	return sequence < s.next && s.bits[sequence/64%(window/64)]&(1<<(sequence%64)) != 0
}

func (s *seen) set(sequence uint32) { s.bits[sequence/64%(window/64)] |= 1 << (sequence % 64) }

// skip clears the bits of the numbers that are skipped: they are those of numbers long gone.
func (s *seen) skip(to uint32) {
	if to-s.next >= window {
		clear(s.bits[:])
		return
	}
	for at := s.next; at < to; at++ {
		s.bits[at/64%(window/64)] &^= 1 << (at % 64)
	}
}
