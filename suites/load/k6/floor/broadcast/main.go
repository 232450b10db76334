// Command broadcast is the floor that servers are held against: it accepts the upgrade and the
// subscription, and for each event that is published writes one frame, made once, to every socket.
// It judges nothing: no signature, no name, no ping.
//
//	go run ./floor/broadcast
//
// It prints one line of JSON when it listens, as the reference server does.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"plumbline/load/k6/pusher"
)

// channels are the sockets of each channel.
type channels struct {
	sync.Mutex
	of map[string]map[int]struct{}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	address := listener.Addr().(*net.TCPAddr)
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"listening": map[string]any{"host": "127.0.0.1", "port": address.Port, "tls": false},
	})
	all := &channels{of: map[string]map[int]struct{}{}}
	for number := 1; ; number++ {
		conn, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go all.serve(conn.(*net.TCPConn), number)
	}
}

// serve answers requests of one connection until one of them makes it a WebSocket.
func (c *channels) serve(conn *net.TCPConn, number int) {
	defer func() { _ = conn.Close() }()
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
		c.publish(body)
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
	}
}

// publish is the loop that this program is for.
func (c *channels) publish(body []byte) {
	var event struct {
		Name     string
		Data     string
		Channels []string
		Channel  string
	}
	if json.Unmarshal(body, &event) != nil {
		return
	}
	if event.Channel != "" {
		event.Channels = append(event.Channels, event.Channel)
	}
	c.Lock()
	defer c.Unlock()
	for _, channel := range event.Channels {
		frame := told(event.Name, channel, event.Data)
		for fd := range c.of[channel] {
			_, _ = unix.Write(fd, frame)
		}
	}
}

func (c *channels) webSocket(conn *net.TCPConn, reader *bufio.Reader, request *http.Request, number int) {
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
		_, _ = conn.Write(told("pusher_internal:subscription_succeeded", wish.Channel, subscribed(wish)))
		c.join(wish.Channel, fd)
	}
}

func (c *channels) join(channel string, fd int) {
	c.Lock()
	defer c.Unlock()
	if c.of[channel] == nil {
		c.of[channel] = map[int]struct{}{}
	}
	c.of[channel][fd] = struct{}{}
}

func (c *channels) leave(fd int) {
	c.Lock()
	defer c.Unlock()
	for _, sockets := range c.of {
		delete(sockets, fd)
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
