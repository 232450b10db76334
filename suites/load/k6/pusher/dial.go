package pusher

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Endpoint is where connections go.
type Endpoint struct {
	Address string      // host:port
	Host    string      // as the Host header says it
	Path    string      // with query
	Origin  string      // the Origin header; none when empty
	TLS     *tls.Config // nil for ws
	Local   net.IP      // the source address; any when nil
	Dialer  Dialer      // opens TCP; Go's own when nil
	Traffic *Traffic    // counts the bytes of upgrades; nobody does when nil
}

// Dialer opens connections.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// ParseEndpoint reads a ws: or wss: URL. ca is PEM certificates to trust, empty for the system's.
func ParseEndpoint(text, ca string) (Endpoint, error) {
	u, err := url.Parse(text)
	if err != nil {
		return Endpoint{}, fmt.Errorf("%q is not a URL: %w", text, err)
	}
	e := Endpoint{Host: u.Host, Path: u.RequestURI()}
	port := u.Port()
	switch u.Scheme {
	case "ws", "http":
		if port == "" {
			port = "80"
		}
	case "wss", "https":
		if port == "" {
			port = "443"
		}
		e.TLS = &tls.Config{ServerName: u.Hostname(), NextProtos: []string{"http/1.1"}}
		if ca != "" {
			e.TLS.RootCAs = x509.NewCertPool()
			if !e.TLS.RootCAs.AppendCertsFromPEM([]byte(ca)) {
				return Endpoint{}, errors.New("the certificate authority is not a PEM certificate")
			}
		}
	default:
		return Endpoint{}, fmt.Errorf("%q: expected a URL that begins with ws:// or wss://", text)
	}
	e.Address = net.JoinHostPort(u.Hostname(), port)
	return e, nil
}

// Refused is an HTTP answer where the upgrade should have been.
type Refused struct {
	Status int
	Body   string // at most its first 200 bytes
}

func (r *Refused) Error() string {
	return fmt.Sprintf("the server answered the upgrade with HTTP %d %q", r.Status, r.Body)
}

// Dialed is a connection whose upgrade was answered with 101.
type Dialed struct {
	Conn    net.Conn
	Early   []byte        // what came right behind the answer
	Connect time.Duration // until TCP (and TLS) stood
	Upgrade time.Duration // from there until the 101
}

// Dial opens TCP (and TLS) and asks for the upgrade. ctx bounds all of it.
func (e Endpoint) Dial(ctx context.Context) (Dialed, error) {
	began := time.Now()
	conn, err := e.dialer().DialContext(ctx, "tcp", e.Address)
	if err != nil {
		return Dialed{}, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	if e.TLS != nil {
		secure := tls.Client(conn, e.TLS)
		if err := secure.HandshakeContext(ctx); err != nil {
			_ = conn.Close()
			return Dialed{}, err
		}
		conn = secure
	}
	connected := time.Now()
	early, err := e.upgrade(e.counted(conn))
	if err != nil {
		_ = conn.Close()
		return Dialed{}, err
	}
	_ = conn.SetDeadline(time.Time{})
	return Dialed{conn, early, connected.Sub(began), time.Since(connected)}, nil
}

func (e Endpoint) counted(conn net.Conn) net.Conn {
	if e.Traffic == nil {
		return conn
	}
	return &countedConn{conn, e.Traffic}
}

func (e Endpoint) dialer() Dialer {
	if e.Dialer != nil {
		return e.Dialer
	}
	dialer := &net.Dialer{KeepAlive: -1}
	if e.Local != nil {
		dialer.LocalAddr = &net.TCPAddr{IP: e.Local}
	}
	return dialer
}

func (e Endpoint) upgrade(conn net.Conn) ([]byte, error) {
	var nonce [16]byte
	_, _ = rand.Read(nonce[:]) // never fails
	key := base64.StdEncoding.EncodeToString(nonce[:])
	request := "GET " + e.Path + " HTTP/1.1\r\nHost: " + e.Host +
		"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + "\r\n"
	if e.Origin != "" {
		request += "Origin: " + e.Origin + "\r\n"
	}
	if _, err := io.WriteString(conn, request+"\r\n"); err != nil {
		return nil, err
	}
	reader := bufio.NewReaderSize(conn, 1024)
	answer, err := http.ReadResponse(reader, nil)
	if err != nil {
		return nil, fmt.Errorf("the upgrade was not answered: %w", err)
	}
	if answer.StatusCode != http.StatusSwitchingProtocols {
		body, _ := io.ReadAll(io.LimitReader(answer.Body, 200))
		return nil, &Refused{answer.StatusCode, string(body)}
	}
	if !strings.EqualFold(answer.Header.Get("Upgrade"), "websocket") || answer.Header.Get("Sec-WebSocket-Accept") != Accept(key) {
		return nil, errors.New("the 101 does not accept the WebSocket that was asked for (RFC 6455, 4.1)")
	}
	early := make([]byte, reader.Buffered())
	_, err = io.ReadFull(reader, early)
	return early, err
}

// Accept is the answer to a Sec-WebSocket-Key (RFC 6455, 4.2.2).
func Accept(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}
