// Command broadcast is the floor that servers are held against: see internal/broadcast.
//
//	go run ./floor/broadcast [-port 8080]
//
// It prints one line of JSON when it listens, as the reference server does.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"os"

	"plumbline/load/k6/internal/broadcast"
)

var port = flag.Int("port", 0, "where to listen; 0 for a free port")

func main() {
	flag.Parse()
	server, err := broadcast.ListenAt(*port)
	if err != nil {
		log.Fatal(err)
	}
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"listening": map[string]any{"host": "127.0.0.1", "port": server.Port(), "tls": false},
	})
	server.Serve()
}
