package line

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"plumbline/load/k6/pusher"
)

// Line is one WebSocket of a loop. Its methods want the loop locked, as it is while an owner is told.
type Line struct {
	loop    *Loop
	owner   Owner
	reader  pusher.Reader
	fd      int      // -1 when the line is closed, or wrapped
	wrapped net.Conn // a connection of TLS or somebody's own, which only a goroutine can read
	out     []byte   // what the kernel would not take yet
	paused  bool
	strays  strays
}

// Slow is how much a line keeps for a server that does not read what is sent; more ends the line.
const slow = 1 << 20

var errSlow = errors.New("the server does not read what is sent to it")

// Add gives a dialed connection to the loop and its owner. Call it without the loop's lock; the
// owner may be told of early messages before it returns.
func (l *Loop) Add(dialed pusher.Dialed, owner Owner, ready func(*Line)) error {
	if _, plain := dialed.Conn.(*net.TCPConn); !plain {
		return l.addWrapped(dialed, owner, ready)
	}
	fd, err := takeDescriptor(dialed.Conn)
	if err != nil {
		return err
	}
	line := &Line{loop: l, owner: owner, fd: fd}
	l.Lock()
	defer l.Unlock()
	for len(l.lines) <= fd {
		l.lines = append(l.lines, nil)
	}
	l.lines[fd] = line
	if err := l.control(unix.EPOLL_CTL_ADD, fd, unix.EPOLLIN); err != nil {
		line.drop()
		return err
	}
	ready(line)
	line.tell(dialed.Early)
	return nil
}

// takeDescriptor takes the socket out of Go's own poller.
func takeDescriptor(conn net.Conn) (int, error) {
	defer func() { _ = conn.Close() }()
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		return -1, err
	}
	fd := -1
	var dup error
	if err := raw.Control(func(old uintptr) { fd, dup = unix.FcntlInt(old, unix.F_DUPFD_CLOEXEC, 0) }); err != nil {
		return -1, err
	}
	return fd, dup
}

func (l *Loop) addWrapped(dialed pusher.Dialed, owner Owner, ready func(*Line)) error {
	line := &Line{loop: l, owner: owner, fd: -1, wrapped: dialed.Conn}
	l.Lock()
	ready(line)
	line.tell(dialed.Early)
	l.Unlock()
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := dialed.Conn.Read(buffer)
			l.Lock()
			l.came += int64(n)
			if n > 0 && line.wrapped != nil {
				line.tell(buffer[:n])
			}
			if err != nil && line.wrapped != nil {
				line.end(err)
			}
			gone := line.wrapped == nil
			l.Unlock()
			if gone {
				return
			}
		}
	}()
	return nil
}

// ready does what epoll says can be done.
func (c *Line) ready(events uint32) {
	if events&unix.EPOLLOUT != 0 {
		c.flush()
	}
	if events&(unix.EPOLLIN|unix.EPOLLHUP|unix.EPOLLERR) == 0 || c.fd < 0 {
		return
	}
	n, err := readNow(c.fd, c.loop.buffer)
	switch {
	case err == unix.EAGAIN || err == unix.EINTR: // epoll will say so again
	case err != nil:
		c.end(err)
	case n == 0:
		c.end(io.EOF)
	default:
		c.loop.came += int64(n)
		c.tell(c.loop.buffer[:n])
	}
}

// readNow reads from a socket that never blocks: the scheduler need not be told.
func readNow(fd int, buffer []byte) (int, error) {
	n, _, errno := unix.RawSyscall(unix.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(&buffer[0])), uintptr(len(buffer)))
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

func (c *Line) tell(bytes []byte) {
	c.loop.read = c.loop.clock()
	if len(bytes) == 0 {
		return
	}
	if err := c.reader.Feed(bytes, c); err != nil && c.Open() {
		c.end(err)
	}
}

// Message answers pings, answers a close and ends with it, and hands on the rest.
func (c *Line) Message(op pusher.Opcode, payload []byte) error {
	if !c.Open() { // the owner ended it on an earlier message of the same read
		return io.EOF
	}
	switch op {
	case pusher.Ping:
		c.Send(pusher.Pong, payload)
		return c.Stray()
	case pusher.Close:
		c.Send(pusher.Close, payload[:min(len(payload), 2)])
		return pusher.ParseClose(payload)
	}
	return c.owner.Message(op, payload)
}

// Stray counts a message that is no delivery of the load's own; an error where it is one of a flood,
// for which the line is to end.
func (c *Line) Stray() error { return c.strays.add(c.loop.read) }

// Open says whether the line still stands.
func (c *Line) Open() bool { return c.fd >= 0 || c.wrapped != nil }

// Send sends one message; on a line that has ended it does nothing.
func (c *Line) Send(op pusher.Opcode, payload []byte) {
	if !c.Open() {
		return
	}
	var space [512]byte
	frame := pusher.AppendFrame(space[:0], op, payload, rand.Uint32())
	c.loop.went += int64(len(frame))
	if c.wrapped != nil {
		// Its own goroutine tells of the end when this fails.
		_ = c.wrapped.SetWriteDeadline(time.Now().Add(time.Second))
		if _, err := c.wrapped.Write(frame); err != nil {
			_ = c.wrapped.Close()
		}
		return
	}
	if len(c.out) > 0 {
		c.keep(frame)
		return
	}
	n, err := unix.Write(c.fd, frame)
	switch {
	case err == nil && n == len(frame):
	case err == nil || err == unix.EAGAIN || err == unix.EINTR:
		c.keep(frame[max(n, 0):])
		c.watch()
	default: // the read that follows tells what happened, after what had come before
	}
}

func (c *Line) keep(bytes []byte) {
	c.out = append(c.out, bytes...)
	if len(c.out) > slow {
		c.end(errSlow)
	}
}

func (c *Line) flush() {
	n, err := unix.Write(c.fd, c.out)
	if err != nil && err != unix.EAGAIN && err != unix.EINTR {
		c.end(err)
		return
	}
	if c.out = c.out[max(n, 0):]; len(c.out) == 0 {
		c.out = nil
		c.watch()
	}
}

// Pause stops reading, so that the server's buffers fill; Resume reads on. A wrapped connection
// reads on all the same.
func (c *Line) Pause() { c.paused = true; c.watch() }

// Resume reads on after Pause.
func (c *Line) Resume() { c.paused = false; c.watch() }

// watch tells epoll what the line waits for.
func (c *Line) watch() {
	if c.fd < 0 {
		return
	}
	var events uint32
	if !c.paused {
		events |= unix.EPOLLIN
	}
	if len(c.out) > 0 {
		events |= unix.EPOLLOUT
	}
	_ = c.loop.control(unix.EPOLL_CTL_MOD, c.fd, events)
}

// Close ends the line politely; its owner is told at once, and nothing after that.
func (c *Line) Close() {
	if !c.Open() {
		return
	}
	c.Send(pusher.Close, []byte{0x03, 0xE8}) // 1000, normal closure
	c.end(nil)
}

func (c *Line) end(reason error) {
	if !c.Open() {
		return
	}
	c.drop()
	c.owner.Closed(reason)
}

func (c *Line) drop() {
	if c.wrapped != nil {
		_ = c.wrapped.Close()
		c.wrapped = nil
	}
	if c.fd >= 0 {
		c.loop.lines[c.fd] = nil
		_ = unix.Close(c.fd)
		c.fd = -1
	}
	c.reader, c.out = pusher.Reader{}, nil
}
