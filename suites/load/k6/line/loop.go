// Package line reads very many WebSockets in very few goroutines.
//
// A goroutine a connection costs a stack and a buffer each, and for every message a second read
// that finds nothing and a switch to another goroutine. Here one goroutine asks epoll which
// connections have something, and reads each once, into one buffer that all of them share: what a
// connection keeps for itself is some hundred bytes.
package line

import (
	"errors"
	"os"
	"sync"
	"syscall"
	"unsafe"

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
	epoll  *os.File
	lines  []*Line
	buffer []byte
	clock  func() int64
	read   int64
	came   int64 // bytes that lines have read
	went   int64 // bytes that lines were given to send
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
	if err := unix.SetNonblock(epoll, true); err != nil {
		_ = unix.Close(epoll)
		return nil, err
	}
	// As a file of Go's, the loop waits in Go's own poller, at which an idle thread waits anyway. A
	// blocking epoll_wait would cost a thread of its own, woken and put aside for every message.
	l := &Loop{epoll: os.NewFile(uintptr(epoll), "epoll"), buffer: make([]byte, shared), clock: clock, ended: make(chan struct{})}
	raw, err := l.epoll.SyscallConn()
	if err != nil {
		_ = l.epoll.Close()
		return nil, err
	}
	go l.run(raw)
	return l, nil
}

// ReadAt is when the bytes now being told were read from their connection.
func (l *Loop) ReadAt() int64 { return l.read }

// Traffic is how many bytes the loop's lines have sent and received; with the loop's lock.
func (l *Loop) Traffic() (sent, received int64) { return l.went, l.came }

// Stop ends the loop and closes whatever lines are left, untold.
func (l *Loop) Stop() {
	_ = l.epoll.Close()
	<-l.ended
}

func (l *Loop) run(raw syscall.RawConn) {
	defer close(l.ended)
	events := make([]unix.EpollEvent, batch)
	for {
		n := 0
		err := raw.Read(func(epoll uintptr) bool {
			got, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, epoll, uintptr(unsafe.Pointer(&events[0])), batch, 0, 0, 0)
			n = int(got)
			return errno != 0 || n > 0
		})
		l.Lock()
		if err != nil { // stopped
			for _, line := range l.lines {
				if line != nil {
					line.drop()
				}
			}
			l.Unlock()
			return
		}
		for _, event := range events[:max(n, 0)] {
			// A line closed earlier in this batch has left its place, perhaps to a new one; that
			// one then reads nothing, which does no harm.
			if line := l.lines[event.Fd]; line != nil {
				line.ready(event.Events)
			}
		}
		l.Unlock()
	}
}

// control changes what epoll waits for on a connection.
func (l *Loop) control(operation, fd int, events uint32) error {
	raw, err := l.epoll.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(epoll uintptr) {
		failed = unix.EpollCtl(int(epoll), operation, fd, &unix.EpollEvent{Events: events, Fd: int32(fd)})
	})
	return errors.Join(err, failed)
}
