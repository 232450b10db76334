// Command broadcast is the floor that servers are held against: see internal/broadcast.
//
//	go run ./floor/broadcast
//
// It prints one line of JSON when it listens, as the reference server does.
package main

import (
	"encoding/json"
	"log"
	"os"

	"plumbline/load/k6/internal/broadcast"
)

func main() {
	server, err := broadcast.Listen()
	if err != nil {
		log.Fatal(err)
	}
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"listening": map[string]any{"host": "127.0.0.1", "port": server.Port(), "tls": false},
	})
	server.Serve()
}
