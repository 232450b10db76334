package pusher

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

type got struct {
	op   Opcode
	text string
}

type recorder []got

func (r *recorder) Message(op Opcode, payload []byte) error {
	*r = append(*r, got{op, string(payload)})
	return nil
}

// served is a frame as a server sends it: not masked.
func served(first byte, payload string) []byte {
	switch n := len(payload); {
	case n <= 125:
		return append([]byte{first, byte(n)}, payload...)
	case n <= 0xFFFF:
		return append([]byte{first, 126, byte(n >> 8), byte(n)}, payload...)
	default:
		return append(binary.BigEndian.AppendUint64([]byte{first, 127}, uint64(n)), payload...)
	}
}

func TestMessagesAreTheSameHoweverTheBytesAreCut(t *testing.T) {
	long, longer := strings.Repeat("a", 300), strings.Repeat("b", 70_000)
	stream := bytes.Join([][]byte{
		served(0x81, "one"), served(0x89, "ping"), served(0x81, long),
		served(0x01, "frag"), served(0x8A, "between"), served(0x00, "men"), served(0x80, "ted"),
		served(0x82, longer), served(0x81, ""), served(0x88, "\x03\xe8bye"),
	}, nil)
	want := recorder{
		{Text, "one"}, {Ping, "ping"}, {Text, long}, {Pong, "between"}, {Text, "fragmented"},
		{Binary, longer}, {Text, ""}, {Close, "\x03\xe8bye"},
	}
	for _, size := range []int{1, 2, 3, 7, 100, 4096, len(stream)} {
		var reader Reader
		var messages recorder
		for at := 0; at < len(stream); at += size {
			chunk := bytes.Clone(stream[at:min(at+size, len(stream))])
			if err := reader.Feed(chunk, &messages); err != nil {
				t.Fatalf("cut in %d: %v", size, err)
			}
			clear(chunk) // as a shared buffer would be overwritten
		}
		if len(messages) != len(want) {
			t.Fatalf("cut in %d: %d messages, want %d", size, len(messages), len(want))
		}
		for i := range want {
			if messages[i] != want[i] {
				t.Errorf("cut in %d: message %d is %d %.20q", size, i, messages[i].op, messages[i].text)
			}
		}
		if reader.rest != nil || reader.message != nil {
			t.Errorf("cut in %d: the reader keeps memory after whole messages", size)
		}
	}
}

func TestWhatBreaksTheProtocolIsAnError(t *testing.T) {
	for name, stream := range map[string][]byte{
		"masked":                  {0x81, 0x81, 1, 2, 3, 4, 5},
		"reserved bit":            served(0xC1, "x"),
		"reserved opcode":         served(0x83, "x"),
		"fragmented control":      served(0x09, "x"),
		"long control":            served(0x89, strings.Repeat("x", 126)),
		"continuation of nothing": served(0x80, "x"),
		"text within a fragment":  append(served(0x01, "x"), served(0x81, "y")...),
		"endless":                 {0x82, 127, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
	} {
		var reader Reader
		if err := reader.Feed(stream, &recorder{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestFramesOfAClientAreMasked(t *testing.T) {
	for _, size := range []int{0, 1, 5, 125, 126, 65_535, 65_536} {
		payload := bytes.Repeat([]byte("p"), size)
		frame := AppendFrame(nil, Text, payload, 0x01020304)
		if frame[0] != 0x81 || frame[1]&0x80 == 0 {
			t.Fatalf("%d bytes: head %x", size, frame[:2])
		}
		at := len(frame) - size - 4
		key := frame[at : at+4]
		for i, b := range frame[at+4:] {
			if b^key[i&3] != 'p' {
				t.Fatalf("%d bytes: byte %d is not masked", size, i)
			}
		}
		// Unmasked, it is what a server would send, and reads as the same message.
		var messages recorder
		if err := new(Reader).Feed(served(0x81, string(payload)), &messages); err != nil {
			t.Fatal(err)
		}
		if messages[0].text != string(payload) {
			t.Fatalf("%d bytes: read differently", size)
		}
	}
}

func TestAWholeFrameAllocatesNothing(t *testing.T) {
	frame, reader, to := served(0x81, strings.Repeat("x", 200)), Reader{}, &silent{}
	if n := testing.AllocsPerRun(100, func() { _ = reader.Feed(frame, to) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

type silent struct{}

func (*silent) Message(Opcode, []byte) error { return nil }
