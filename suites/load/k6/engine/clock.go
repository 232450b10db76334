package engine

import (
	"time"

	"golang.org/x/sys/unix"
)

// Nanos is an instant on the machine's monotonic clock, which all processes of one machine share:
// stamps of one process are right in another, and no adjustment of the wall clock moves them.
type Nanos = int64

// The one instant that both clocks know. Go keeps its reading of the same clock to itself, and
// reads it without a system call.
var (
	goOrigin   = time.Now()
	unixOrigin = monotonic()
)

func monotonic() Nanos {
	var now unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &now) // never fails for this clock
	return now.Nano()
}

// Now reads the clock, in some 40 ns.
func Now() Nanos { return unixOrigin + int64(time.Since(goOrigin)) }

// sleepUntil waits until an instant, or until done is closed; it says whether the instant came.
func sleepUntil(at Nanos, done <-chan struct{}) bool {
	wait := at - Now()
	if wait <= 0 {
		select {
		case <-done:
			return false
		default:
			return true
		}
	}
	timer := time.NewTimer(time.Duration(wait))
	defer timer.Stop()
	select {
	case <-done:
		return false
	case <-timer.C:
		return true
	}
}
