package engine

import (
	"bytes"
	"hash/fnv"
	"os"
)

// stamp is what every event of the load carries in its data: enough to know, without parsing
// anything, which event it is and when it should have been sent.
//
//	@plumbline:HHHH:PP:SSSSSSSS:QQQQQQQQ:TTTTTTTTTTTTTTTT@
//
// in lower-case hex: the machine whose clock it is, the phase that it was sent in, the stream, the
// sequence number within it, and the intended instant. It ends with ~ where an earlier event of the stream was still unanswered:
// the two may overtake each other. No JSON encoder escapes any of its characters, so it survives
// JSON within JSON.
type stamp struct {
	machine     uint16
	overlapping bool
	phase       uint8
	stream      uint32
	sequence    uint32
	intended    Nanos
}

var stampMark = []byte("@plumbline:")

const stampLength = 11 + 4 + 1 + 2 + 1 + 8 + 1 + 8 + 1 + 16 + 1

// machine tells apart the clocks of different machines; containers of one machine share both.
var machine = func() uint16 {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		id = []byte(err.Error())
	}
	sum := fnv.New32a()
	_, _ = sum.Write(id)
	return uint16(sum.Sum32())
}()

func (s stamp) append(dst []byte) []byte {
	dst = append(dst, stampMark...)
	dst = append(appendHex(dst, uint64(s.machine), 4), ':')
	dst = append(appendHex(dst, uint64(s.phase), 2), ':')
	dst = append(appendHex(dst, uint64(s.stream), 8), ':')
	dst = append(appendHex(dst, uint64(s.sequence), 8), ':')
	dst = appendHex(dst, uint64(s.intended), 16)
	if s.overlapping {
		return append(dst, '~')
	}
	return append(dst, '@')
}

// findStamp finds the stamp of a message; ok is false where there is none.
func findStamp(payload []byte) (s stamp, ok bool) {
	at := bytes.Index(payload, stampMark)
	if at < 0 || len(payload) < at+stampLength {
		return s, false
	}
	text := payload[at+len(stampMark) : at+stampLength]
	machine, a := parseHex(text[0:4])
	phase, b := parseHex(text[5:7])
	stream, c := parseHex(text[8:16])
	sequence, d := parseHex(text[17:25])
	intended, e := parseHex(text[26:42])
	end := text[42]
	whole := a && b && c && d && e && text[4] == ':' && text[7] == ':' && text[16] == ':' && text[25] == ':' && (end == '@' || end == '~')
	return stamp{uint16(machine), end == '~', uint8(phase), uint32(stream), uint32(sequence), int64(intended)}, whole
}

func appendHex(dst []byte, value uint64, width int) []byte {
	for shift := (width - 1) * 4; shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[value>>shift&0xF])
	}
	return dst
}

func parseHex(text []byte) (value uint64, ok bool) {
	for _, c := range text {
		switch {
		case '0' <= c && c <= '9':
			value = value<<4 | uint64(c-'0')
		case 'a' <= c && c <= 'f':
			value = value<<4 | uint64(c-'a'+10)
		default:
			return 0, false
		}
	}
	return value, true
}
