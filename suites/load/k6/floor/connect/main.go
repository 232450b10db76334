// Command connect opens connections as fast as a server takes them, and says how many a second it
// greeted: from the first dial to the last pusher:connection_established.
//
//	go run ./floor/connect -url ws://127.0.0.1:8080 -connections 10000 -at-once 64
//
// It prints one line of JSON.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"log"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"plumbline/load/k6/pusher"
)

var (
	address     = flag.String("url", "ws://127.0.0.1:8080", "the server")
	key         = flag.String("key", "app-key", "key of the app")
	connections = flag.Int("connections", 10000, "how many")
	atOnce      = flag.Int("at-once", 64, "how many of them are being dialed at any moment")
)

var greeting = []byte("pusher:connection_established")

func main() {
	flag.Parse()
	endpoint, err := pusher.ParseEndpoint(*address+pusher.AppPath(*key), "")
	if err != nil {
		log.Fatal(err)
	}
	// All stay open until the last has been greeted: a server that drops some is not faster for it.
	open := make([]net.Conn, *connections)
	var next atomic.Int64
	var dialers sync.WaitGroup
	began := time.Now()
	for range *atOnce {
		dialers.Go(func() {
			for i := next.Add(1) - 1; i < int64(*connections); i = next.Add(1) - 1 {
				open[i] = greeted(endpoint)
			}
		})
	}
	dialers.Wait()
	elapsed := time.Since(began)
	var leaving sync.WaitGroup
	for _, conn := range open {
		leaving.Go(func() { goodbye(conn) })
	}
	leaving.Wait()
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"connections": *connections, "perSecond": float64(*connections) / elapsed.Seconds(),
	})
}

// greeted returns a connection that the server has taken into an app.
func greeted(endpoint pusher.Endpoint) net.Conn {
	dialed, err := endpoint.Dial(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	heard := dialed.Early
	for chunk := make([]byte, 512); !bytes.Contains(heard, greeting); {
		n, err := dialed.Conn.Read(chunk)
		if err != nil {
			log.Fatalf("not greeted: %s, after %.200q", err, heard)
		}
		heard = append(heard, chunk[:n]...)
	}
	return dialed.Conn
}

// goodbye closes a connection, and returns when the server has done with it.
func goodbye(conn net.Conn) {
	normal := []byte{0x03, 0xE8}
	_, _ = conn.Write(pusher.AppendFrame(nil, pusher.Close, normal, 1))
	_ = conn.SetReadDeadline(time.Now().Add(time.Second))
	_, _ = io.Copy(io.Discard, conn)
	_ = conn.Close()
}
