package engine

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"plumbline/load/k6/line"
	"plumbline/load/k6/pusher"
)

// subscriber is one client of the load: a connection, the channels it wants, and what it has seen.
// The lock of its shard guards it.
type subscriber struct {
	shard    *shard
	group    *Group
	index    int // among all clients of the plan
	line     *line.Line
	socketID string
	wanted   []membership
	joined   int           // of wanted, those that stand
	standing bool          // all of them
	coming   bool          // being connected
	greeted  func()        // told when the server has greeted it; may be nil
	stands   chan struct{} // closed when all stand, or none will
	askedAt  Nanos         // when the upgrade was asked for
	lostAt   Nanos         // when the connection was lost that is being recovered; else 0
}

// membership is one channel of a subscriber, and its place in the channel's streams.
type membership struct {
	channel uint32
	stands  bool
	owed    bool   // counted among those to whom the channel's events are owed
	join    uint64 // which of all that joined the channel it is
	since   Nanos  // when it joined
	askedAt Nanos
	streams []following
}

type following struct {
	stream uint32
	from   uint32 // the first sequence number known to be owed; the largest of all until one is
	seen   seen
}

// enter makes the member one to whom events are owed: those from here on.
func (m *membership) enter(ledger *ledger) {
	m.owed = true
	ledger.join(m)
	for i := range m.streams {
		m.streams[i].from = math.MaxUint32
	}
}

func (m *membership) follow(stream uint32) *following {
	for i := range m.streams {
		if m.streams[i].stream == stream {
			return &m.streams[i]
		}
	}
	m.streams = append(m.streams, following{stream: stream, from: math.MaxUint32})
	return &m.streams[len(m.streams)-1]
}

func (m *membership) has(key eventKey) bool {
	for i := range m.streams {
		if m.streams[i].stream == key.stream {
			return m.streams[i].seen.has(key.sequence)
		}
	}
	return false
}

// Message takes one message of the server; an error where the line is to end for it.
func (s *subscriber) Message(op pusher.Opcode, payload []byte) error {
	if stamp, ok := findStamp(payload); ok {
		return s.stamped(stamp)
	}
	if op != pusher.Text {
		return s.line.Stray()
	}
	if latest := &s.shard.latest; len(latest.raw) > 0 && bytes.Equal(latest.raw, payload) {
		return s.stamped(latest.stamp)
	}
	message, err := pusher.ParseMessage(payload)
	if err != nil {
		return err
	}
	if strings.HasPrefix(message.Event, "pusher") {
		if err := s.line.Stray(); err != nil {
			return err
		}
	}
	switch message.Event {
	case "pusher:connection_established":
		return s.established(message)
	case "pusher_internal:subscription_succeeded":
		s.subscribed(message.Channel)
	case "pusher:ping":
		s.line.Send(pusher.Text, []byte(`{"event":"pusher:pong","data":{}}`))
	case "pusher:subscription_error":
		s.shard.run.troubles.note("subscribe", string(message.Data))
	case "pusher:error":
		s.shard.run.troubles.note("error", string(message.Data))
	default:
		if sealed, err := s.sealed(message); sealed || err != nil {
			return err
		}
		return s.published(message, payload)
	}
	return nil
}

// published takes an event that an application has published because it was asked to. raw is all
// of the message, or nil: a broadcast comes to the next client as the same bytes.
func (s *subscriber) published(message pusher.Message, raw []byte) error {
	stamp, ok, kind := s.shard.run.find(message)
	switch {
	case ok:
		s.shard.latest = latest{append(s.shard.latest.raw[:0], raw...), stamp}
		return s.stamped(stamp)
	case kind:
		s.shard.phase(s.shard.ReadAt()).Unexpected++
	}
	return s.line.Stray()
}

// sealed takes an event of an encrypted channel, and says whether it was one.
func (s *subscriber) sealed(message pusher.Message) (bool, error) {
	for i := range s.wanted {
		channel := s.wanted[i].channel
		if s.shard.run.plan.Channels[channel] != message.Channel || s.shard.run.sealing.keys[channel] == nil {
			continue
		}
		data, err := s.shard.run.sealing.open(channel, message)
		if err != nil {
			s.shard.run.troubles.note("decrypt", err.Error())
			return true, s.line.Stray()
		}
		if stamp, ok := findStamp(data); ok {
			return true, s.stamped(stamp)
		}
		message.Data = data
		return true, s.published(message, nil)
	}
	return false, nil
}

func (s *subscriber) stamped(stamp stamp) error {
	channel, sender, ok := s.shard.run.origin(stamp.stream)
	ok = ok && int(stamp.phase) < len(s.shard.phases)
	for i := range s.wanted {
		m := &s.wanted[i]
		if !ok || m.channel != channel || sender == s.index {
			continue
		}
		f := m.follow(stamp.stream)
		if stamp.sequence < f.from {
			switch {
			case s.shard.run.isOwn(stamp.stream):
				f.from = s.shard.run.ledger.owedFrom(stamp.stream, m)
			case stamp.machine != machine || stamp.intended >= m.since:
				f.from = stamp.sequence
			}
			if stamp.sequence < f.from {
				return nil // published before the subscription stood
			}
		}
		s.shard.delivered(stamp, f.seen.mark(stamp.sequence, stamp.overlapping), s.group.Slow == nil)
		return nil
	}
	s.shard.phase(s.shard.ReadAt()).Unexpected++
	return s.line.Stray()
}

func (s *subscriber) established(message pusher.Message) error {
	var established pusher.Established
	if err := message.Decode(&established); err != nil {
		return fmt.Errorf("pusher:connection_established without its data: %.100q", message.Data)
	}
	now := s.shard.ReadAt()
	s.shard.phase(now).Record(Handshake, now-s.askedAt)
	s.socketID = established.SocketID
	if s.greeted != nil {
		s.greeted()
	}
	for i := range s.wanted {
		s.subscribe(&s.wanted[i])
	}
	if len(s.wanted) == 0 {
		s.settle(now)
	}
	return nil
}

func (s *subscriber) subscribed(channel string) {
	now := s.shard.ReadAt()
	for i := range s.wanted {
		m := &s.wanted[i]
		if m.stands || s.shard.run.plan.Channels[m.channel] != channel {
			continue
		}
		s.shard.phase(now).Record(Subscribe, now-m.askedAt)
		m.stands = true
		if !m.owed {
			m.enter(s.shard.run.ledger)
		}
		if s.joined++; s.joined == len(s.wanted) {
			s.settle(now)
		}
	}
}

// settle is when all that the client wants stands.
func (s *subscriber) settle(now Nanos) {
	s.standing = true
	s.shard.standing++
	s.shard.run.stands(1)
	if s.lostAt != 0 {
		s.shard.phase(now).Record(Recover, now-s.lostAt)
		s.lostAt = 0
	}
	close(s.stands)
}
