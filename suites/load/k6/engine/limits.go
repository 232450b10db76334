package engine

import (
	"fmt"
	"net"
	"net/url"
	"os"

	"golang.org/x/sys/unix"
)

// spare is what a process needs beside its connections: the API's, k6's own, those being dialed.
const spare = dialing + 256

// enough says, before anything is dialed, that this machine cannot hold so many connections, and
// what to do.
func enough(clients int, target Target) error {
	var files unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &files); err == nil && files.Cur < uint64(clients+spare) {
		return fmt.Errorf("%d connections need %d open files, and this process may have %d: raise it with `ulimit -n %d`, or share the plan among several processes (--processes)",
			clients, clients+spare, files.Cur, clients+spare)
	}
	if ports, sources := localPorts(), max(len(target.Sources), 1); ports > 0 && clients > ports*sources {
		return fmt.Errorf("%d connections to one address need as many local ports, and this machine has %d for each of its addresses: %s",
			clients, ports, portsRemedy(clients, ports, target))
	}
	return nil
}

func portsRemedy(clients, ports int, target Target) string {
	more := (clients + ports - 1) / ports
	if u, err := url.Parse(target.WebSocket); err == nil {
		if ip := net.ParseIP(u.Hostname()); ip != nil && ip.IsLoopback() {
			return fmt.Sprintf("name %d source addresses in the target's `sources`, such as 127.0.0.2", more)
		}
	}
	return fmt.Sprintf("name %d of its addresses in the target's `sources`, or share the plan among %d machines", more, more)
}

// localPorts is how many ports the kernel hands out; 0 where it does not say.
func localPorts() int {
	text, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range")
	if err != nil {
		return 0
	}
	var first, last int
	if _, err := fmt.Sscan(string(text), &first, &last); err != nil {
		return 0
	}
	return last - first + 1
}
