// Command k6 is k6 with Plumbline's extension: the import path k6/x/pusher.
//
// For k6 2.x, change go.k6.io/k6 to go.k6.io/k6/v2 here and in module/, and in go.mod.
package main

import (
	"go.k6.io/k6/cmd"

	_ "plumbline/load/k6/module" // registers k6/x/pusher
)

func main() { cmd.Execute() }
