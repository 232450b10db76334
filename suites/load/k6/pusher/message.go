package pusher

import (
	"encoding/json"
	"fmt"
	"net/url"
)

// Message is the envelope of the protocol, in both directions.
type Message struct {
	Event   string          `json:"event"`
	Channel string          `json:"channel,omitempty"`
	Data    json.RawMessage `json:"data,omitempty"`
	UserID  string          `json:"user_id,omitempty"`
}

// ParseMessage reads the envelope of a text message.
func ParseMessage(payload []byte) (Message, error) {
	var message Message
	if err := json.Unmarshal(payload, &message); err != nil {
		return message, fmt.Errorf("a message that is no protocol message: %.100q", payload)
	}
	return message, nil
}

// Decode reads the data of a message into to, whether it came as JSON or, as the protocol has it,
// as JSON within a string.
func (m Message) Decode(to any) error {
	var text string
	if json.Unmarshal(m.Data, &text) == nil {
		return json.Unmarshal([]byte(text), to)
	}
	return json.Unmarshal(m.Data, to)
}

// Text is the data as an application gets it: the string it is, or its JSON.
func (m Message) Text() string {
	var text string
	if json.Unmarshal(m.Data, &text) == nil {
		return text
	}
	return string(m.Data)
}

// Established is the data of pusher:connection_established.
type Established struct {
	SocketID        string  `json:"socket_id"`
	ActivityTimeout float64 `json:"activity_timeout"` // seconds
}

// Trouble is the data of pusher:error.
type Trouble struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

// Subscription is the data of pusher:subscribe.
type Subscription struct {
	Channel     string `json:"channel"`
	Auth        string `json:"auth,omitempty"`
	ChannelData string `json:"channel_data,omitempty"`
}

// Encode makes the text of a message that a client sends.
func Encode(event, channel string, data any) ([]byte, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return nil, err
	}
	return json.Marshal(Message{Event: event, Channel: channel, Data: raw})
}

// AppPath is where the WebSockets of an app live, with the query that names protocol and client.
func AppPath(key string) string {
	return "/app/" + url.PathEscape(key) + "?protocol=7&client=plumbline&version=1.0"
}

// Closed is the close frame that a server ended a connection with.
type Closed struct {
	Code   int // 1005 where the frame had none (RFC 6455, 7.1.5)
	Reason string
}

func (c Closed) Error() string { return fmt.Sprintf("the server closed with %d %q", c.Code, c.Reason) }

// ParseClose reads the payload of a close frame.
func ParseClose(payload []byte) Closed {
	if len(payload) < 2 {
		return Closed{Code: 1005}
	}
	return Closed{int(payload[0])<<8 | int(payload[1]), string(payload[2:])}
}
