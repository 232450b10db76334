// Package broadcast is the least that a server of the protocol can do: it accepts the upgrade and
// the subscription, and for each event that is published writes one frame, made once, to every
// socket. It judges nothing: no signature, no name, no ping.
package broadcast

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"plumbline/load/k6/pusher"
)

// Fault is what a server of the tests does wrong to one frame for one subscriber.
type Fault int

// The faults. Held frames come after the next one.
const (
	None Fault = iota
	Lose
	Repeat
	Hold
)

// Server is one that listens.
type Server struct {
	// Fault says what to do to the event with this number for the subscriber with that one, both
	// from 0 in the order they came; nil does everything right.
	Fault func(event, subscriber int) Fault
	// Answer is what the HTTP API answers before it broadcasts; nil says 200. Anything else is not
	// broadcast.
	Answer func(event int) int
	// Hold keeps an event from being broadcast until it returns; others are not kept.
	Hold func(data string)
	// Wrote is told of each event, after each subscriber it was written to.
	Wrote func(data string)

	listener net.Listener
	mutex    sync.Mutex
	channels map[string][]*socket
	events   int
	conns    map[net.Conn]struct{}
}

type socket struct {
	fd, number int
	held       []byte
}

// Listen starts a server on a free port of the loopback.
func Listen() (*Server, error) { return ListenAt(0) }

// ListenAt starts a server on a port of the loopback.
func ListenAt(port int) (*Server, error) {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, err
	}
	return &Server{listener: listener, channels: map[string][]*socket{}, conns: map[net.Conn]struct{}{}}, nil
}

// Port is where it listens.
func (c *Server) Port() int { return c.listener.Addr().(*net.TCPAddr).Port }

// Serve accepts until Close.
func (c *Server) Serve() {
	for number := 1; ; number++ {
		conn, err := c.listener.Accept()
		if err != nil {
			return
		}
		c.mutex.Lock()
		c.conns[conn] = struct{}{}
		c.mutex.Unlock()
		go c.serve(conn.(*net.TCPConn), number)
	}
}

// Close dies: no close frame, no warning.
func (c *Server) Close() {
	_ = c.listener.Close()
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for conn := range c.conns {
		_ = conn.Close()
	}
}

// serve answers requests of one connection until one of them makes it a WebSocket.
func (c *Server) serve(conn *net.TCPConn, number int) {
	defer func() {
		_ = conn.Close()
		c.mutex.Lock()
		delete(c.conns, conn)
		c.mutex.Unlock()
	}()
	reader := bufio.NewReaderSize(conn, 1024)
	for {
		request, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		if request.Header.Get("Upgrade") != "" {
			c.webSocket(conn, reader, request, number)
			return
		}
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return
		}
		status := c.publish(body)
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", status, http.StatusText(status))
	}
}

// publish is the loop that this package is for.
func (c *Server) publish(body []byte) (status int) {
	var event struct {
		Name     string
		Data     string
		Channels []string
	}
	if json.Unmarshal(body, &event) != nil {
		return http.StatusBadRequest
	}
	if c.Hold != nil {
		c.Hold(event.Data)
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	number := c.events
	c.events++
	if c.Answer != nil {
		if status := c.Answer(number); status != http.StatusOK {
			return status
		}
	}
	for _, channel := range event.Channels {
		frame := told(event.Name, channel, event.Data)
		for _, socket := range c.channels[channel] {
			if c.Fault == nil {
				_, _ = unix.Write(socket.fd, frame)
				if c.Wrote != nil {
					c.Wrote(event.Data)
				}
				continue
			}
			socket.write(frame, c.Fault(number, socket.number))
		}
	}
	return http.StatusOK
}

func (s *socket) write(frame []byte, fault Fault) {
	if fault == Lose {
		return
	}
	if fault == Hold {
		s.held = frame
		return
	}
	_, _ = unix.Write(s.fd, frame)
	if fault == Repeat {
		_, _ = unix.Write(s.fd, frame)
	}
	if s.held != nil {
		_, _ = unix.Write(s.fd, s.held)
		s.held = nil
	}
}

func (c *Server) webSocket(conn *net.TCPConn, reader *bufio.Reader, request *http.Request, number int) {
	_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "+
		pusher.Accept(request.Header.Get("Sec-WebSocket-Key"))+"\r\n\r\n")
	established := fmt.Sprintf(`{"socket_id":"1.%d","activity_timeout":120}`, number)
	_, _ = conn.Write(told("pusher:connection_established", "", established))
	raw, err := conn.SyscallConn()
	if err != nil {
		return
	}
	fd := -1
	_ = raw.Control(func(own uintptr) { fd = int(own) })
	defer c.leave(fd)
	for {
		text, err := readFrame(reader)
		if err != nil {
			return
		}
		message, err := pusher.ParseMessage(text)
		var wish pusher.Subscription
		if err != nil || message.Event != "pusher:subscribe" || message.Decode(&wish) != nil {
			continue
		}
		c.join(wish.Channel, fd)
		_, _ = conn.Write(told("pusher_internal:subscription_succeeded", wish.Channel, subscribed(wish)))
	}
}

func (c *Server) join(channel string, fd int) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.channels[channel] = append(c.channels[channel], &socket{fd: fd, number: len(c.channels[channel])})
}

func (c *Server) leave(fd int) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for channel, sockets := range c.channels {
		c.channels[channel] = slices.DeleteFunc(sockets, func(s *socket) bool { return s.fd == fd })
	}
}

func subscribed(wish pusher.Subscription) string {
	if strings.HasPrefix(wish.Channel, "presence-") {
		return `{"presence":{"count":0,"ids":[],"hash":{}}}`
	}
	return "{}"
}

// told is the frame of one message of the server.
func told(event, channel, data string) []byte {
	text, _ := json.Marshal(struct {
		Event   string `json:"event"`
		Channel string `json:"channel,omitempty"`
		Data    string `json:"data"`
	}{event, channel, data})
	switch n := len(text); {
	case n <= 125:
		return append([]byte{0x81, byte(n)}, text...)
	case n <= 0xFFFF:
		return append([]byte{0x81, 126, byte(n >> 8), byte(n)}, text...)
	default:
		return append(binary.BigEndian.AppendUint64([]byte{0x81, 127}, uint64(n)), text...)
	}
}

// readFrame reads one masked frame of a client of less than 64 kB; a close is an error.
func readFrame(reader *bufio.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(reader, head[:2]); err != nil {
		return nil, err
	}
	length := int(head[1] & 0x7F)
	if pusher.Opcode(head[0]&0x0F) == pusher.Close || length == 127 {
		return nil, syscall.ECONNRESET
	}
	if length == 126 {
		if _, err := io.ReadFull(reader, head[2:4]); err != nil {
			return nil, err
		}
		length = int(binary.BigEndian.Uint16(head[2:4]))
	}
	masked := make([]byte, 4+length)
	if _, err := io.ReadFull(reader, masked); err != nil {
		return nil, err
	}
	text := masked[4:]
	for i := range text {
		text[i] ^= masked[i&3]
	}
	return text, nil
}
