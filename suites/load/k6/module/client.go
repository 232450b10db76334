package module

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/grafana/sobek"
	"github.com/mstoykov/k6-taskqueue-lib/taskqueue"

	"plumbline/load/k6/line"
	"plumbline/load/k6/pusher"
)

// connectOptions are the second argument of connect().
type connectOptions struct {
	Key       string         `js:"key"`
	Secret    string         `js:"secret"`
	Origin    string         `js:"origin"`
	TimeoutMs int64          `js:"timeoutMs"`
	Authorize sobek.Callable `js:"authorize"`
}

const connectTimeout = 10 * time.Second

// Client is one connection of a script. Its methods run on the VU's event loop, as do the handlers
// of the script; only the queue is reached from elsewhere.
type Client struct {
	SocketID string `js:"socketId"`

	module   *instance
	options  connectOptions
	endpoint pusher.Endpoint
	loop     *line.Loop
	line     *line.Line
	tasks    *taskqueue.TaskQueue
	handlers map[string][]sobek.Callable
	alive    context.Context // until Close, or the end of the iteration
	hangUp   context.CancelFunc
	waiting  map[string]string // channels asked for before the socket id came, with their data
	began    time.Time
	closed   bool
}

// connect dials a Pusher-compatible server; it returns at once, and the event
// pusher:connection_established tells when the connection stands.
func (i *instance) connect(url string, options connectOptions) (*Client, error) {
	if i.vu.State() == nil {
		return nil, errors.New("pusher.connect: connections are made in VU code, not while the script loads")
	}
	if options.Key == "" {
		return nil, errors.New(`pusher.connect: the options need the app's key: { key: "…" }`)
	}
	endpoint, err := pusher.ParseEndpoint(strings.TrimSuffix(url, "/")+pusher.AppPath(options.Key), "")
	if err != nil {
		return nil, fmt.Errorf("pusher.connect: %w", err)
	}
	state := i.vu.State()
	endpoint.Dialer, endpoint.Origin = state.Dialer, options.Origin
	if endpoint.TLS != nil && state.TLSConfig != nil {
		name := endpoint.TLS.ServerName
		endpoint.TLS = state.TLSConfig.Clone()
		endpoint.TLS.ServerName, endpoint.TLS.NextProtos = name, []string{"http/1.1"}
	}
	loop, err := i.root.shared()
	if err != nil {
		return nil, err
	}
	c := &Client{
		module: i, options: options, endpoint: endpoint, loop: loop,
		tasks:    taskqueue.New(i.vu.RegisterCallback),
		handlers: map[string][]sobek.Callable{},
		waiting:  map[string]string{},
		began:    time.Now(),
	}
	c.alive, c.hangUp = context.WithCancel(i.vu.Context())
	push(i.vu, i.metrics.connections, 1)
	go c.dial()
	return c, nil
}

// dial runs beside the event loop.
func (c *Client) dial() {
	timeout := connectTimeout
	if c.options.TimeoutMs > 0 {
		timeout = time.Duration(c.options.TimeoutMs) * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(c.alive, timeout)
	defer cancel()
	dialed, err := c.endpoint.Dial(ctx)
	if err == nil {
		err = c.loop.Add(dialed, (*clientOwner)(c), func(l *line.Line) { c.line = l })
	}
	if err != nil {
		c.tasks.Queue(func() error { return c.ended(err) })
		return
	}
	context.AfterFunc(c.alive, func() {
		c.loop.Lock()
		defer c.loop.Unlock()
		c.line.Close()
	})
}

// clientOwner is the client as its line sees it: in the loop's goroutine, with the loop locked.
type clientOwner Client

func (o *clientOwner) Message(op pusher.Opcode, payload []byte) error {
	if op != pusher.Text {
		return nil
	}
	message, err := pusher.ParseMessage(payload)
	if err != nil {
		return err
	}
	c := (*Client)(o)
	c.tasks.Queue(func() error { return c.received(message) })
	return nil
}

func (o *clientOwner) Closed(reason error) {
	c := (*Client)(o)
	c.tasks.Queue(func() error { return c.ended(reason) })
}

// received runs on the event loop.
func (c *Client) received(message pusher.Message) error {
	push(c.module.vu, c.module.metrics.received, 1)
	if message.Event == "pusher:connection_established" && c.SocketID == "" {
		var established pusher.Established
		if err := message.Decode(&established); err != nil {
			return c.ended(fmt.Errorf("pusher:connection_established without its data: %w", err))
		}
		c.SocketID = established.SocketID
		push(c.module.vu, c.module.metrics.connecting, float64(time.Since(c.began))/float64(time.Millisecond))
		for channel, data := range c.waiting {
			if err := c.join(channel, data); err != nil {
				return err
			}
		}
		clear(c.waiting)
	}
	return c.emit(message.Event, message.Text(), map[string]any{"channel": message.Channel, "userId": message.UserID})
}

func (c *Client) emit(event string, arguments ...any) error {
	runtime := c.module.vu.Runtime()
	values := make([]sobek.Value, len(arguments))
	for i, argument := range arguments {
		values[i] = runtime.ToValue(argument)
	}
	for _, handler := range c.handlers[event] {
		if _, err := handler(sobek.Undefined(), values...); err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) ended(reason error) error {
	if c.closed {
		return nil
	}
	c.closed = true
	defer c.tasks.Close()
	defer c.hangUp()
	closed := pusher.Closed{Code: 1000}
	if !errors.As(reason, &closed) && reason != nil && c.alive.Err() == nil {
		closed.Code = 1006 // as browsers call an end without a close frame
		if len(c.handlers["error"]) == 0 {
			c.module.vu.State().Logger.WithError(reason).Warn("a pusher connection ended")
		}
		if err := c.emit("error", reason.Error()); err != nil {
			return err
		}
	}
	return c.emit("close", closed.Code, closed.Reason)
}

// On calls handler for every event of that name: the data as text, and {channel, userId}.
// "close" and "error" are the connection's own.
func (c *Client) On(event string, handler sobek.Callable) {
	c.handlers[event] = append(c.handlers[event], handler)
}

// Subscribe asks for a channel, now or as soon as the connection stands. channelData is the
// presence data as it will be signed.
func (c *Client) Subscribe(channel, channelData string) error {
	if c.SocketID == "" {
		c.waiting[channel] = channelData
		return nil
	}
	return c.join(channel, channelData)
}

func (c *Client) join(channel, channelData string) error {
	subscription := pusher.Subscription{Channel: channel, ChannelData: channelData}
	if strings.HasPrefix(channel, "private-") || strings.HasPrefix(channel, "presence-") {
		switch {
		case c.options.Authorize != nil:
			runtime := c.module.vu.Runtime()
			answer, err := c.options.Authorize(sobek.Undefined(), runtime.ToValue(c.SocketID), runtime.ToValue(channel))
			if err != nil {
				return err
			}
			var proof struct {
				Auth        string `js:"auth"`
				ChannelData string `js:"channel_data"`
			}
			if err := runtime.ExportTo(answer, &proof); err != nil {
				return fmt.Errorf("authorize() must return { auth, channel_data? }: %w", err)
			}
			subscription.Auth = proof.Auth
			if proof.ChannelData != "" {
				subscription.ChannelData = proof.ChannelData
			}
		case c.options.Secret != "":
			credentials := pusher.Credentials{Key: c.options.Key, Secret: c.options.Secret}
			subscription.Auth = credentials.Channel(c.SocketID, channel, channelData)
		default:
			return fmt.Errorf("%s needs proof: give connect() the app's secret, or authorize(socketId, channel)", channel)
		}
	}
	return c.send("pusher:subscribe", "", subscription)
}

// Unsubscribe leaves a channel.
func (c *Client) Unsubscribe(channel string) error {
	delete(c.waiting, channel)
	return c.send("pusher:unsubscribe", "", pusher.Subscription{Channel: channel})
}

// Trigger sends a client event.
func (c *Client) Trigger(channel, event string, data any) error { return c.send(event, channel, data) }

func (c *Client) send(event, channel string, data any) error {
	text, err := pusher.Encode(event, channel, data)
	if err != nil {
		return fmt.Errorf("%s: the data is no JSON: %w", event, err)
	}
	c.loop.Lock()
	stands := c.line != nil && c.line.Open()
	if stands {
		c.line.Send(pusher.Text, text)
	}
	c.loop.Unlock()
	if !stands {
		return fmt.Errorf("%s: the connection does not stand", event)
	}
	push(c.module.vu, c.module.metrics.sent, 1)
	return nil
}

// Close ends the connection; "close" is the last event.
func (c *Client) Close() { c.hangUp() }
