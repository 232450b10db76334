package pusher

import (
	"context"
	"net"
	"sync/atomic"
)

// Traffic counts the bytes that connections carry of WebSockets and of HTTP.
type Traffic struct{ Sent, Received atomic.Int64 }

// Dial opens a connection whose bytes are counted.
func (t *Traffic) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &countedConn{conn, t}, nil
}

type countedConn struct {
	net.Conn
	traffic *Traffic
}

func (c *countedConn) Read(into []byte) (int, error) {
	n, err := c.Conn.Read(into)
	c.traffic.Received.Add(int64(n))
	return n, err
}

func (c *countedConn) Write(from []byte) (int, error) {
	n, err := c.Conn.Write(from)
	c.traffic.Sent.Add(int64(n))
	return n, err
}
