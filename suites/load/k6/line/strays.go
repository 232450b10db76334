package line

import (
	"fmt"
	"time"
)

// strays counts messages of a connection that are no delivery of the load's own: answers, pings,
// members who come and go, what others publish. A server that sends them without end would keep the
// loop from all else, and the run from being interrupted.
type strays struct {
	since int64 // when the first came, in nanoseconds
	count int64
}

const (
	// So many at once, and so many a second on and on, are no flood.
	straysAtOnce  = 3000
	straysASecond = 1000
)

// add counts one that was read at an instant; an error where it is one of a flood.
func (s *strays) add(at int64) error {
	if s.count == 0 {
		s.since = at
	}
	s.count++
	seconds := float64(at-s.since) / float64(time.Second)
	if float64(s.count) > straysAtOnce+straysASecond*seconds {
		return fmt.Errorf("a flood: more than %d messages that are none of the load's", straysAtOnce)
	}
	return nil
}
