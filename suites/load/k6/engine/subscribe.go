package engine

import (
	"context"
	"fmt"
	"strings"

	"plumbline/load/k6/pusher"
)

// subscribe asks for one channel, signed for by whom the group says.
func (s *subscriber) subscribe(m *membership) {
	name := s.shard.run.plan.Channels[m.channel]
	wish := pusher.Subscription{Channel: name}
	isPresence := strings.HasPrefix(name, "presence-")
	switch {
	case !isPresence && !strings.HasPrefix(name, "private-"):
	case s.group.Authorize != nil:
		s.authorize(m)
		return
	case isPresence:
		wish.ChannelData = fmt.Sprintf(`{"user_id":"u%d","user_info":{}}`, s.index)
		wish.Auth = s.shard.run.credentials.Channel(s.socketID, name, wish.ChannelData)
	default:
		wish.Auth = s.shard.run.credentials.Channel(s.socketID, name, "")
	}
	s.ask(m, wish)
}

func (s *subscriber) ask(m *membership, wish pusher.Subscription) {
	text, _ := pusher.Encode("pusher:subscribe", "", wish) // strings always encode
	m.askedAt = Now()
	s.line.Send(pusher.Text, text)
}

// authorize subscribes with the application's signature, and hangs up where it gives none.
func (s *subscriber) authorize(m *membership) {
	run, line, socketID, began := s.shard.run, s.line, s.socketID, Now()
	channel := run.plan.Channels[m.channel]
	run.later(0, func(ctx context.Context) {
		signed, err := run.application.sign(ctx, s.group.Authorize, socketID, channel)
		s.shard.Lock()
		defer s.shard.Unlock()
		if line != s.line || !line.Open() || ctx.Err() != nil {
			return // the signature is of a connection that is gone
		}
		if err != nil {
			run.troubles.note("authorize", err.Error())
			line.Close()
			return
		}
		now := Now()
		s.shard.phase(now).Record(Authorized, now-began)
		run.sealing.learn(m.channel, signed.SharedSecret)
		s.ask(m, signed.wish(channel))
	})
}
