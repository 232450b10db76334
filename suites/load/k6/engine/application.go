package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"plumbline/load/k6/pusher"
)

// signing bounds the connections on which signatures are asked for; further clients wait for one,
// and their time counts.
const signing = 128

// Session is what lets the clients into an application. It is not in the plan.
type Session struct {
	Headers map[string]string `js:"headers"` // of every request
	Words   map[string]string `js:"words"`   // what names in the body of a request stand for, such as ${token1}
}

// application is what signs for channels, and publishes when it is asked.
type application struct {
	session Session
	signer  *http.Client
	asker   *http.Client
}

func newApplication(session Session, traffic *pusher.Traffic) *application {
	client := func(transport *http.Transport) *http.Client {
		transport.DisableCompression, transport.DialContext = true, traffic.Dial
		return &http.Client{
			Transport: transport, Timeout: answerTimeout,
			// An answer is what is asked for: a redirection to a login page is none.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	return &application{
		session,
		client(&http.Transport{MaxConnsPerHost: signing, MaxIdleConnsPerHost: signing}),
		client(&http.Transport{MaxIdleConnsPerHost: 256}),
	}
}

// signature is what an application signs a subscription with.
type signature struct {
	Auth         *string `json:"auth"`
	ChannelData  string  `json:"channel_data"`
	SharedSecret []byte  `json:"shared_secret"`
}

// sign asks for a signature as Laravel Echo does.
func (a *application) sign(ctx context.Context, by *Authorize, socketID, channel string) (*signature, error) {
	form := url.Values{"socket_id": {socketID}, "channel_name": {channel}}
	headers := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	for name, value := range by.Headers {
		headers[name] = value
	}
	status, said, err := a.post(ctx, a.signer, by.URL, headers, form.Encode())
	if err != nil {
		return nil, err
	}
	no := &refusal{status, cut(said)}
	if status < 200 || status > 299 {
		return nil, no
	}
	var signed signature
	if json.Unmarshal(said, &signed) != nil || signed.Auth == nil {
		return nil, fmt.Errorf(`an answer without "auth": %w`, no)
	}
	return &signed, nil
}

func (s *signature) wish(channel string) pusher.Subscription {
	return pusher.Subscription{Channel: channel, Auth: *s.Auth, ChannelData: s.ChannelData}
}

// ask asks for one event, the one with a number, and returns what became of it: a *refusal where
// the application said no, any other error where it is not known.
func (a *application) ask(ctx context.Context, r *Request, number int64) error {
	body := strings.ReplaceAll(r.Body, "$number", strconv.FormatInt(number, 10))
	for name, word := range a.session.Words {
		body = strings.ReplaceAll(body, "${"+name+"}", word)
	}
	status, said, err := a.post(ctx, a.asker, r.URL, r.Headers, body)
	if err != nil {
		return err
	}
	no := &refusal{status, cut(said)}
	switch {
	case r.Accepted.agrees(status, said):
		return nil
	case status >= 500:
		return errors.New(no.Error()) // it may have happened
	}
	return no
}

func (a *Accepted) agrees(status int, body []byte) bool {
	if len(a.Statuses) > 0 && !slices.Contains(a.Statuses, status) ||
		len(a.Statuses) == 0 && (status < 200 || status > 299) {
		return false
	}
	var answer any
	if len(a.Where) > 0 && json.Unmarshal(body, &answer) != nil {
		return false
	}
	for path, wanted := range a.Where {
		if !reflect.DeepEqual(valueAt(answer, path), wanted) {
			return false
		}
	}
	return true
}

func (a *application) post(ctx context.Context, client *http.Client, to string, headers map[string]string, body string) (status int, said []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	for _, some := range []map[string]string{headers, a.session.Headers} {
		for name, value := range some {
			request.Header.Set(name, value)
		}
	}
	answer, err := client.Do(request)
	if err != nil {
		return 0, nil, errors.Unwrap(err) // without the address around it
	}
	defer func() { _ = answer.Body.Close() }()
	said, err = io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	return answer.StatusCode, said, err
}

// cut is what is told of a refusal.
func cut(said []byte) string { return string(said[:min(len(said), 200)]) }
