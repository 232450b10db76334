// Package line reads very many WebSockets in very few goroutines.
//
// A goroutine a connection costs a stack and a buffer each, and for every message a second read
// that finds nothing and a switch to another goroutine. Here one goroutine asks epoll which
// connections have something, and reads each once, into one buffer that all of them share: what a
// connection keeps for itself is some hundred bytes.
package line

import (
	"sync"

	"golang.org/x/sys/unix"

	"plumbline/load/k6/pusher"
)

// Owner is told what happens on its line, with the loop locked.
type Owner interface {
	pusher.Listener
	// Closed is the last that is told: what ended the line, or nil where it was ended here.
	Closed(reason error)
}

// Loop is one goroutine that reads many lines. Its lock guards everything that its lines and their
// owners touch; it is held while the bytes of one wake-up are read and told.
type Loop struct {
	sync.Mutex
	epoll  int
	wake   int // an eventfd that ends the loop
	lines  []*Line
	buffer []byte
	clock  func() int64
	read   int64
	ended  chan struct{}
}

const (
	batch  = 128       // connections a wake-up, so that the lock is let go of now and then
	shared = 128 << 10 // bytes of the one buffer
)

// NewLoop starts a loop that tells the time by clock.
func NewLoop(clock func() int64) (*Loop, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	wake, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		_ = unix.Close(epoll)
		return nil, err
	}
	l := &Loop{epoll: epoll, wake: wake, buffer: make([]byte, shared), clock: clock, ended: make(chan struct{})}
	if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, wake, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(wake)}); err != nil {
		_, _ = unix.Close(epoll), unix.Close(wake)
		return nil, err
	}
	go l.run()
	return l, nil
}

// ReadAt is when the bytes now being told were read from their connection.
func (l *Loop) ReadAt() int64 { return l.read }

// Stop ends the loop and closes whatever lines are left, untold.
func (l *Loop) Stop() {
	_, _ = unix.Write(l.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	<-l.ended
}

func (l *Loop) run() {
	defer close(l.ended)
	events := make([]unix.EpollEvent, batch)
	for {
		n, err := unix.EpollWait(l.epoll, events, -1)
		if err == unix.EINTR {
			continue
		}
		stop := err != nil
		l.Lock()
		for _, event := range events[:max(n, 0)] {
			if int(event.Fd) == l.wake {
				stop = true
				continue
			}
			// A line closed earlier in this batch has left its place, perhaps to a new one; that
			// one then reads nothing, which does no harm.
			if line := l.lines[event.Fd]; line != nil {
				line.ready(event.Events)
			}
		}
		if stop {
			l.close()
			l.Unlock()
			return
		}
		l.Unlock()
	}
}

func (l *Loop) close() {
	for _, line := range l.lines {
		if line != nil {
			line.drop()
		}
	}
	_, _ = unix.Close(l.epoll), unix.Close(l.wake)
}
