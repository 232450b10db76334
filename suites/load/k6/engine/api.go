package engine

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"plumbline/load/k6/pusher"
)

// api publishes through the HTTP API of an app, on connections that are kept.
type api struct {
	client      *http.Client
	base, path  string
	credentials pusher.Credentials
}

// answerTimeout is when a request counts as unanswered; an event's settling time is longer.
const answerTimeout = 10 * time.Second

func newAPI(target Target, credentials pusher.Credentials, traffic *pusher.Traffic) (*api, error) {
	transport := &http.Transport{
		MaxIdleConnsPerHost: 256,
		DisableCompression:  true,
		DialContext:         traffic.Dial,
		TLSClientConfig:     &tls.Config{NextProtos: []string{"http/1.1"}},
	}
	if target.CA != "" {
		transport.TLSClientConfig.RootCAs = x509.NewCertPool()
		if !transport.TLSClientConfig.RootCAs.AppendCertsFromPEM([]byte(target.CA)) {
			return nil, errors.New("the certificate authority is not a PEM certificate")
		}
	}
	return &api{
		client:      &http.Client{Transport: transport, Timeout: answerTimeout},
		base:        target.API,
		path:        "/apps/" + target.AppID,
		credentials: credentials,
	}, nil
}

// refusal is an answer of the API that says no.
type refusal struct {
	status int
	body   string
}

func (r *refusal) Error() string { return fmt.Sprintf("HTTP %d %q", r.status, r.body) }

// post sends one signed request. A *refusal says that the server answered no; any other error,
// that it is not known what became of the request.
func (a *api) post(ctx context.Context, what string, body []byte) error {
	path := a.path + what
	url := a.base + path + "?" + a.credentials.Query(path, body, time.Now())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := a.client.Do(request)
	if err != nil {
		return errors.Unwrap(err) // without the signed address around it
	}
	defer func() { _ = answer.Body.Close() }()
	said, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return &refusal{answer.StatusCode, string(said[:min(len(said), 200)])}
	}
	return nil
}
