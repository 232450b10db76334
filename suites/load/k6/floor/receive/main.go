// Command receive is the floor that load engines are held against: a goroutine a connection that
// reads frames, and nothing else between the socket and the clock.
//
//	go run ./floor/receive -url ws://127.0.0.1:8080 -connections 2000 -rate 2 -seconds 10
//
// It publishes as well, so that one clock stamps and reads, and prints one line of JSON.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"plumbline/load/k6/pusher"
)

var (
	address     = flag.String("url", "ws://127.0.0.1:8080", "the server")
	app         = flag.String("app", "app-id", "id of the app")
	key         = flag.String("key", "app-key", "key of the app")
	secret      = flag.String("secret", "app-secret", "secret of the app")
	channel     = flag.String("channel", "private-floor", "the channel that all subscribe to")
	connections = flag.Int("connections", 2000, "how many")
	rate        = flag.Float64("rate", 2, "events a second")
	seconds     = flag.Int("seconds", 10, "how long, after two of warm-up")
	size        = flag.Int("bytes", 200, "length of an event's data")
)

const (
	mark   = "@@"
	digits = 16 // of the stamp: hex nanoseconds since start
	warmUp = 2 * time.Second
)

var start = time.Now()

func main() {
	flag.Parse()
	credentials := pusher.Credentials{Key: *key, Secret: *secret}
	endpoint, err := pusher.ParseEndpoint(*address+pusher.AppPath(*key), "")
	if err != nil {
		log.Fatal(err)
	}
	events := int(*rate * float64(*seconds))
	samples := make([][]time.Duration, *connections)
	var ready, done sync.WaitGroup
	gate := make(chan struct{}, 64)
	for i := range samples {
		samples[i] = make([]time.Duration, 0, events)
		gate <- struct{}{}
		ready.Add(1)
		done.Go(func() {
			reader := subscribe(endpoint, credentials)
			<-gate
			ready.Done()
			samples[i] = receive(reader, samples[i], events)
		})
	}
	ready.Wait()
	cpu := publish(credentials, events)
	all := make(chan struct{})
	go func() { done.Wait(); close(all) }()
	select {
	case <-all:
	case <-time.After(10 * time.Second):
		log.Fatal("ten seconds after the last event, some have not come")
	}
	report(slices.Concat(samples...), events, cpu)
}

// subscribe returns a connection whose subscription stands.
func subscribe(endpoint pusher.Endpoint, credentials pusher.Credentials) *bufio.Reader {
	dialed, err := endpoint.Dial(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	reader := bufio.NewReaderSize(io.MultiReader(bytes.NewReader(dialed.Early), dialed.Conn), 1024)
	for {
		text, err := readFrame(reader)
		if err != nil {
			log.Fatal(err)
		}
		message, err := pusher.ParseMessage(text)
		if err != nil {
			log.Fatal(err)
		}
		switch message.Event {
		case "pusher:connection_established":
			var established pusher.Established
			if err := message.Decode(&established); err != nil {
				log.Fatal(err)
			}
			wish, _ := pusher.Encode("pusher:subscribe", "", pusher.Subscription{
				Channel: *channel, Auth: credentials.Channel(established.SocketID, *channel, ""),
			})
			if _, err := dialed.Conn.Write(pusher.AppendFrame(nil, pusher.Text, wish, 1)); err != nil {
				log.Fatal(err)
			}
		case "pusher_internal:subscription_succeeded":
			return reader
		case "pusher:error":
			log.Fatalf("%s", text)
		}
	}
}

func receive(reader *bufio.Reader, samples []time.Duration, events int) []time.Duration {
	for len(samples) < events {
		text, err := readFrame(reader)
		now := time.Since(start)
		if err != nil {
			log.Fatal(err)
		}
		at := bytes.Index(text, []byte(mark))
		if at < 0 {
			continue
		}
		stamp, err := strconv.ParseInt(string(text[at+len(mark):at+len(mark)+digits]), 16, 64)
		if err != nil {
			log.Fatal(err)
		}
		if stamp > 0 { // zero is the warm-up's
			samples = append(samples, now-time.Duration(stamp))
		}
	}
	return samples
}

// publish keeps the pace whatever the server does, and returns the CPU time from the first event
// on, to be read when the last has come.
func publish(credentials pusher.Credentials, events int) func() time.Duration {
	path := "/apps/" + *app + "/events"
	base := strings.Replace(*address, "ws", "http", 1) + path
	post := func(stamp time.Duration) {
		data := fmt.Sprintf("%s%0*x", mark, digits, int64(stamp))
		data += strings.Repeat("x", max(0, *size-len(data)))
		body, _ := json.Marshal(map[string]any{"name": "tick", "channels": []string{*channel}, "data": data})
		answer, err := http.Post(base+"?"+credentials.Query(path, body, time.Now()), "application/json", bytes.NewReader(body))
		if err != nil {
			log.Fatal(err)
		}
		if text, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusOK {
			log.Fatalf("HTTP %d %.200s", answer.StatusCode, text)
		}
		_ = answer.Body.Close()
	}
	interval := time.Duration(float64(time.Second) / *rate)
	for end := time.Now().Add(warmUp); time.Now().Before(end); time.Sleep(interval) {
		post(0)
	}
	first, before := time.Since(start)+interval, cpuTime()
	for i := range events {
		intended := first + time.Duration(i)*interval
		time.Sleep(intended - time.Since(start))
		go post(intended)
	}
	return func() time.Duration { return cpuTime() - before }
}

func cpuTime() time.Duration {
	var usage unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// readFrame reads one frame of a server of less than 64 kB.
func readFrame(reader *bufio.Reader) ([]byte, error) {
	head, err := reader.Peek(2)
	if err != nil {
		return nil, err
	}
	skip, length := 2, int(head[1])
	if length == 126 {
		if head, err = reader.Peek(4); err != nil {
			return nil, err
		}
		skip, length = 4, int(binary.BigEndian.Uint16(head[2:]))
	}
	if _, err := reader.Discard(skip); err != nil {
		return nil, err
	}
	// What fits the buffer is read where it lies.
	if length <= reader.Size() {
		text, err := reader.Peek(length)
		if err == nil {
			_, err = reader.Discard(length)
		}
		return text, err
	}
	text := make([]byte, length)
	_, err = io.ReadFull(reader, text)
	return text, err
}

func report(samples []time.Duration, events int, cpu func() time.Duration) {
	slices.Sort(samples)
	at := func(quantile float64) float64 {
		return samples[int(quantile*float64(len(samples)-1))].Seconds() * 1000
	}
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"delivered": len(samples), "expected": events * *connections,
		"p50": at(0.5), "p90": at(0.9), "p99": at(0.99), "max": at(1), // ms
		"cpuPerDelivery": cpu().Seconds() * 1e6 / float64(len(samples)), // µs
		"rss":            residentMB(),
	})
}

func residentMB() float64 {
	text, _ := os.ReadFile("/proc/self/statm")
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.Atoi(fields[1])
	return float64(pages*os.Getpagesize()) / (1 << 20)
}
