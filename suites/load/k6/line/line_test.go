package line_test

import (
	"context"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"plumbline/load/k6/internal/reference"
	"plumbline/load/k6/line"
	"plumbline/load/k6/pusher"
)

// owner tells a channel what it is told.
type owner struct {
	line   *line.Line
	events chan string
}

func (o *owner) Message(op pusher.Opcode, payload []byte) error {
	if op == pusher.Text {
		message, err := pusher.ParseMessage(payload)
		if err != nil {
			return err
		}
		o.events <- message.Event
	}
	return nil
}

func (o *owner) Closed(error) { o.events <- "closed" }

func newLoop(t *testing.T) *line.Loop {
	loop, err := line.NewLoop(func() int64 { return time.Now().UnixNano() })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(loop.Stop)
	return loop
}

func join(t *testing.T, loop *line.Loop, endpoint pusher.Endpoint) *owner {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	dialed, err := endpoint.Dial(ctx)
	if err != nil {
		t.Fatal(err)
	}
	o := &owner{events: make(chan string, 16)}
	if err := loop.Add(dialed, o, func(l *line.Line) { o.line = l }); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *owner) expect(t *testing.T, want string) {
	t.Helper()
	select {
	case have := <-o.events:
		if have != want {
			t.Fatalf("told of %q, want %q", have, want)
		}
	case <-time.After(20 * time.Second):
		t.Fatalf("not told of %q", want)
	}
}

func (o *owner) say(loop *line.Loop, event, channel string, data any) {
	text, _ := pusher.Encode(event, channel, data)
	loop.Lock()
	defer loop.Unlock()
	o.line.Send(pusher.Text, text)
}

func TestManyLinesOfOneLoopHearTheReferenceServer(t *testing.T) {
	server := reference.Start(t)
	endpoint, err := pusher.ParseEndpoint(server.URL("ws")+pusher.AppPath(reference.Key), "")
	if err != nil {
		t.Fatal(err)
	}
	loop := newLoop(t)
	var lines [50]*owner
	var all sync.WaitGroup
	for i := range lines {
		all.Go(func() { lines[i] = join(t, loop, endpoint) })
	}
	all.Wait()
	for _, o := range lines {
		o.expect(t, "pusher:connection_established")
		o.say(loop, "pusher:subscribe", "", pusher.Subscription{Channel: "news"})
		o.expect(t, "pusher_internal:subscription_succeeded")
	}
	loop.Lock()
	lines[0].line.Close()
	loop.Unlock()
	lines[0].expect(t, "closed")
	for _, o := range lines[1:] {
		o.say(loop, "pusher:ping", "", struct{}{})
		o.expect(t, "pusher:pong")
	}
}

func TestALineOverTLSIsReadTheSame(t *testing.T) {
	folder := reference.Root() + "/targets/reference/server/testing/tls"
	server := reference.Start(t, "REVERB_SERVER_TLS_CERT="+folder+"/server.cert.pem", "REVERB_SERVER_TLS_KEY="+folder+"/server.key.pem")
	endpoint, err := pusher.ParseEndpoint(server.URL("wss")+pusher.AppPath(reference.Key), authority(t, folder))
	if err != nil {
		t.Fatal(err)
	}
	loop := newLoop(t)
	o := join(t, loop, endpoint)
	o.expect(t, "pusher:connection_established")
	o.say(loop, "pusher:ping", "", struct{}{})
	o.expect(t, "pusher:pong")
	loop.Lock()
	o.line.Close()
	loop.Unlock()
	o.expect(t, "closed")
}

func TestAServerThatRefusesTheUpgradeIsQuoted(t *testing.T) {
	endpoint := serve(t, func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 4096))
		_, _ = conn.Write([]byte("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nfull"))
	})
	_, err := endpoint.Dial(t.Context())
	if err == nil || !strings.Contains(err.Error(), "HTTP 503 \"full\"") {
		t.Fatalf("got %v", err)
	}
}

// The reference server neither stops reading nor breaks off in the middle of a frame; these do.
func serve(t *testing.T, answer func(net.Conn)) pusher.Endpoint {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go answer(conn)
		}
	}()
	endpoint, _ := pusher.ParseEndpoint("ws://"+listener.Addr().String()+"/", "")
	return endpoint
}

func TestAServerThatNeverAnswersEndsWithTheDeadline(t *testing.T) {
	endpoint := serve(t, func(net.Conn) {})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := endpoint.Dial(ctx); err == nil {
		t.Fatal("no error")
	}
}

func authority(t *testing.T, folder string) string {
	t.Helper()
	pem, err := os.ReadFile(folder + "/authority.pem")
	if err != nil {
		t.Fatal(err)
	}
	return string(pem)
}
