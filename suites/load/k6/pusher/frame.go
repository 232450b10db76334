package pusher

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Opcode is what a WebSocket frame is (RFC 6455, 5.2).
type Opcode byte

// The opcodes of RFC 6455.
const (
	Continuation Opcode = 0x0
	Text         Opcode = 0x1
	Binary       Opcode = 0x2
	Close        Opcode = 0x8
	Ping         Opcode = 0x9
	Pong         Opcode = 0xA
)

// MaxMessage bounds what one message of a server may hold in memory here. The protocol's own
// messages end at some 10 kB; a presence snapshot of thousands of members is the longest there is.
const MaxMessage = 4 << 20

const maxControl = 125

var (
	errMasked   = errors.New("a masked frame came from the server (RFC 6455, 5.1)")
	errReserved = errors.New("a frame with a reserved bit or opcode set (RFC 6455, 5.2)")
	errControl  = errors.New("a control frame that is fragmented or longer than 125 bytes (RFC 6455, 5.5)")
	errOrder    = errors.New("a fragment out of order (RFC 6455, 5.4)")
)

// AppendFrame appends one whole frame of a client to dst: final, masked (RFC 6455, 5.3), its
// payload copied.
func AppendFrame(dst []byte, op Opcode, payload []byte, mask uint32) []byte {
	dst = append(dst, 0x80|byte(op))
	switch n := len(payload); {
	case n <= maxControl:
		dst = append(dst, 0x80|byte(n))
	case n <= 0xFFFF:
		dst = append(dst, 0x80|126, byte(n>>8), byte(n))
	default:
		dst = append(dst, 0x80|127)
		dst = binary.BigEndian.AppendUint64(dst, uint64(n))
	}
	dst = binary.BigEndian.AppendUint32(dst, mask)
	key := [4]byte{byte(mask >> 24), byte(mask >> 16), byte(mask >> 8), byte(mask)}
	for i, b := range payload {
		dst = append(dst, b^key[i&3])
	}
	return dst
}

// Listener is told of every message, in order. A payload is only valid until the call returns.
// An error ends the reading.
type Listener interface {
	Message(op Opcode, payload []byte) error
}

// Reader turns the bytes of a connection into messages. It holds bytes of its own only while a
// frame or a fragmented message is incomplete, so that ten thousand idle readers weigh nothing;
// whole frames are read where they lie.
type Reader struct {
	rest    []byte // the beginning of a frame whose end has not come
	message []byte // the fragments of a message so far
	op      Opcode // of the fragmented message; Continuation when there is none
}

// Feed reads everything that chunk completes and tells to of it. The chunk may be reused afterwards.
func (r *Reader) Feed(chunk []byte, to Listener) error {
	data := chunk
	if len(r.rest) > 0 {
		r.rest = append(r.rest, chunk...)
		data = r.rest
	}
	for {
		n, err := r.frame(data, to)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
		data = data[n:]
	}
	switch {
	case len(data) == 0:
		r.rest = nil
	case len(data) == len(r.rest): // nothing was completed
	case len(r.rest) > 0:
		r.rest = append(r.rest[:0], data...)
	default:
		r.rest = append([]byte(nil), data...)
	}
	return nil
}

// frame reads one frame at the start of data and returns its length, 0 when its end has not come.
func (r *Reader) frame(data []byte, to Listener) (int, error) {
	if len(data) < 2 {
		return 0, nil
	}
	final, op := data[0]&0x80 != 0, Opcode(data[0]&0x0F)
	if data[0]&0x70 != 0 {
		return 0, errReserved
	}
	if data[1]&0x80 != 0 {
		return 0, errMasked
	}
	head, length := 2, uint64(data[1]&0x7F)
	switch length {
	case 126:
		if len(data) < 4 {
			return 0, nil
		}
		head, length = 4, uint64(binary.BigEndian.Uint16(data[2:]))
	case 127:
		if len(data) < 10 {
			return 0, nil
		}
		head, length = 10, binary.BigEndian.Uint64(data[2:])
	}
	if length > MaxMessage || uint64(len(r.message))+length > MaxMessage {
		return 0, fmt.Errorf("a message of more than %d bytes", MaxMessage)
	}
	if op >= Close && (!final || length > maxControl) {
		return 0, errControl
	}
	end := head + int(length)
	if len(data) < end {
		return 0, nil
	}
	return end, r.take(final, op, data[head:end], to)
}

// take hands on a message that is whole, and keeps a fragment of one that is not.
func (r *Reader) take(final bool, op Opcode, payload []byte, to Listener) error {
	switch op {
	case Close, Ping, Pong:
		return to.Message(op, payload)
	case Text, Binary:
		if r.op != Continuation {
			return errOrder
		}
		if final {
			return to.Message(op, payload)
		}
		r.op, r.message = op, append([]byte(nil), payload...)
		return nil
	case Continuation:
		if r.op == Continuation {
			return errOrder
		}
		r.message = append(r.message, payload...)
		if !final {
			return nil
		}
		op, message := r.op, r.message
		r.op, r.message = Continuation, nil
		return to.Message(op, message)
	default:
		return errReserved
	}
}
