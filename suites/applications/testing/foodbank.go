// A food bank. Go, standard library only. FAULT is empty, race, leak or lost.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"
)

type person struct{ id, kind, name, email, password string }

type offer struct {
	id, what, gate, state string
	donor                 *person
	boxes, most, version  int
	held                  map[string]int // how many boxes each charity holds
	changes               []object
}

type object = map[string]any

type event struct {
	channel, name string
	data          object
}

var (
	fault                    = os.Getenv("FAULT")
	appID, appKey, appSecret = os.Getenv("PUSHER_APP_ID"), os.Getenv("PUSHER_APP_KEY"), os.Getenv("PUSHER_APP_SECRET")
	mutex                    sync.Mutex // guards everything below
	people                   = map[string]*person{}
	codes, keys              = map[string]*person{}, map[string]*person{}
	offers                   = map[string]*offer{}
	order                    []*offer
	lastPerson               int
	outbox                   = make(chan event, 100000)
)

func token() string {
	raw := make([]byte, 18)
	rand.Read(raw)
	return hex.EncodeToString(raw)
}

func sign(text string) string {
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// send publishes the events that wait, up to ten in one batch, in the order of the changes.
func send() {
	client := &http.Client{Timeout: 10 * time.Second}
	for first := range outbox {
		batch := []event{first}
	more:
		for len(batch) < 10 {
			select {
			case next := <-outbox:
				batch = append(batch, next)
			default:
				break more
			}
		}
		list := []object{}
		for _, one := range batch {
			data, _ := json.Marshal(one.data)
			list = append(list, object{"channel": one.channel, "name": one.name, "data": string(data)})
		}
		body, _ := json.Marshal(object{"batch": list})
		for attempt := 0; attempt < 50; attempt++ {
			sum := md5.Sum(body)
			path := "/apps/" + appID + "/batch_events"
			query := fmt.Sprintf("auth_key=%s&auth_timestamp=%d&auth_version=1.0&body_md5=%s", appKey, time.Now().Unix(), hex.EncodeToString(sum[:]))
			url := "http://" + os.Getenv("PUSHER_HOST") + ":" + os.Getenv("PUSHER_PORT") + path + "?" + query + "&auth_signature=" + sign("POST\n"+path+"\n"+query)
			answer, err := client.Post(url, "application/json", bytes.NewReader(body))
			if err == nil {
				answer.Body.Close()
				if answer.StatusCode == 200 {
					break
				}
				err = fmt.Errorf("HTTP %d", answer.StatusCode)
			}
			log.Println("publish:", err)
			time.Sleep(100 * time.Millisecond)
		}
	}
}

func (o *offer) secretsFor(p *person) bool { return p.kind == "warden" || p == o.donor }
func (o *offer) readBy(p *person) bool     { return p.kind != "donor" || p == o.donor }

func (o *offer) shown(p *person) object {
	all := object{"id": o.id, "what": o.what, "state": o.state, "boxes": o.boxes, "version": o.version}
	if o.secretsFor(p) {
		all["gate"], all["donor"], all["mail"] = o.gate, o.donor.name, o.donor.email
	}
	if p.kind == "charity" {
		all["yours"] = o.held[p.id]
	}
	return all
}

// change is asked for with the mutex held.
func change(o *offer, p *person, step string) (int, string) {
	if !o.readBy(p) {
		return 404, "no such offer"
	}
	allowed := map[string]bool{"reserve": p.kind == "charity", "release": p.kind == "charity", "restock": p.kind == "warden",
		"close": p.kind == "warden" || p == o.donor, "reopen": p.kind == "warden"}[step]
	if !allowed && fault == "leakerr" {
		return 403, "not for you: ask " + o.donor.email
	}
	if !allowed {
		return 403, "not for you"
	}
	state, boxes := o.state, o.boxes
	if fault == "race" {
		mutex.Unlock()
		time.Sleep(20 * time.Millisecond)
		mutex.Lock()
	}
	if fault == "race0" || fault == "race1" {
		mutex.Unlock()
		if fault == "race1" {
			time.Sleep(200 * time.Microsecond)
		}
		mutex.Lock()
	}
	to := state
	switch step {
	case "reserve":
		if state != "open" {
			return 200, "it is " + state
		}
		if boxes == 0 {
			return 200, "nothing is left"
		}
		boxes--
		o.held[p.id]++
	case "release":
		if state != "open" {
			return 200, "it is " + state
		}
		if o.held[p.id] == 0 || boxes >= o.most {
			return 200, "you hold none"
		}
		boxes++
		o.held[p.id]--
	case "restock":
		if state != "open" {
			return 200, "it is " + state
		}
		if boxes >= o.most {
			return 200, "all are here"
		}
		boxes++
	case "close":
		if state != "open" {
			return 200, "it is " + state
		}
		to = "closed"
	case "reopen":
		if state != "closed" {
			return 200, "it is " + state
		}
		to = "open"
	}
	o.state, o.boxes, o.version = to, boxes, o.version+1
	done := object{"uid": token(), "offer": o.id, "change": step, "boxes": o.boxes, "state": o.state, "version": o.version}
	o.changes = append(o.changes, done)
	if fault != "lost" || step != "reopen" {
		outbox <- event{"private-offer-" + o.id, "offer-changed", done}
	}
	return 200, ""
}

var (
	offerPath = regexp.MustCompile(`^/offers/(off-\d+)(?:/([a-z]+)(?:/(\d*))?)?$`)
	socketID  = regexp.MustCompile(`^\d+\.\d+$`)
	offerName = regexp.MustCompile(`^private-offer-(off-\d+)$`)
)

func text(body object, name string) string {
	value, _ := body[name].(string)
	return value
}

func serve(w http.ResponseWriter, r *http.Request) {
	body := object{}
	if r.Body != nil {
		json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&body)
	}
	mutex.Lock()
	status, answer := route(r, body)
	out, _ := json.Marshal(answer)
	mutex.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(out)
}

func no(status int, why string) (int, object) { return status, object{"ok": false, "why": why} }

func route(r *http.Request, body object) (int, object) {
	path, post := r.URL.Path, r.Method == "POST"
	switch {
	case path == "/up":
		return 200, object{"ok": true}
	case post && path == "/testing/people":
		lastPerson++
		p := &person{fmt.Sprintf("per-%d", lastPerson), text(body, "kind"), text(body, "name"), text(body, "email"), text(body, "password")}
		people[p.email] = p
		return 200, object{"ok": true, "person": p.id}
	case post && path == "/login/code":
		p := people[text(body, "email")]
		if p == nil || p.password != text(body, "password") {
			return no(403, "wrong e-mail or password")
		}
		code := token()
		codes[code] = p
		return 200, object{"ok": true, "code": code}
	case post && path == "/login/redeem":
		p := codes[text(body, "code")]
		if p == nil {
			return no(403, "no such code")
		}
		delete(codes, text(body, "code"))
		key := token()
		keys[key] = p
		return 200, object{"ok": true, "key": key}
	}
	p := keys[r.Header.Get("X-Api-Key")]
	if p == nil {
		return no(403, "who are you?")
	}
	switch {
	case post && path == "/sign":
		socket, channel := text(body, "socket"), text(body, "channel")
		allowed := channel == "private-offers"
		if found := offerName.FindStringSubmatch(channel); found != nil && offers[found[1]] != nil {
			allowed = offers[found[1]].readBy(p)
		}
		if !allowed || !socketID.MatchString(socket) {
			return no(403, "not yours to hear")
		}
		return 200, object{"ok": true, "auth": appKey + ":" + sign(socket+":"+channel)}
	case path == "/offers" && !post:
		list := []object{}
		for i := len(order) - 1; i >= 0 && len(list) < 50; i-- {
			if order[i].readBy(p) {
				one := order[i].shown(p)
				if fault == "leak" { // the list was forgotten when names were hidden
					one["donor"] = order[i].donor.name
				}
				list = append(list, one)
			}
		}
		return 200, object{"ok": true, "offers": list}
	case path == "/offers" && post:
		boxes, _ := body["boxes"].(float64)
		if p.kind != "donor" {
			return no(403, "donors offer")
		}
		if boxes < 1 || boxes > 1000 || boxes != float64(int(boxes)) || strings.TrimSpace(text(body, "what")) == "" {
			return no(200, "what, and how many boxes?")
		}
		o := &offer{id: fmt.Sprintf("off-%d", len(order)+1), what: text(body, "what"), gate: text(body, "gate"), state: "open",
			donor: p, boxes: int(boxes), most: int(boxes), version: 1, held: map[string]int{}}
		offers[o.id] = o
		order = append(order, o)
		made := object{"uid": token(), "offer": o.id, "boxes": o.boxes, "version": 1}
		if fault == "leakmade" {
			made["mail"] = o.donor.email
		}
		outbox <- event{"private-offers", "offer-made", made}
		return 200, object{"ok": true, "offer": o.shown(p)}
	}
	found := offerPath.FindStringSubmatch(path)
	if found == nil || offers[found[1]] == nil || !offers[found[1]].readBy(p) {
		return no(404, "no such offer")
	}
	o := offers[found[1]]
	switch {
	case !post && found[2] == "":
		return 200, object{"ok": true, "offer": o.shown(p)}
	case !post && found[2] == "since":
		now := o.shown(p)
		if fault == "leakcatch" {
			now["mail"] = o.donor.email
		}
		return 200, object{"ok": true, "now": now, "changes": o.changes}
	case post && found[3] == "" && strings.Contains(" reserve release restock close reopen ", " "+found[2]+" "):
		status, why := change(o, p, found[2])
		if why != "" {
			return no(status, why)
		}
		return 200, object{"ok": true, "offer": o.shown(p)}
	}
	return no(404, "no such page")
}

func main() {
	go send()
	log.Fatal(http.ListenAndServe(os.Getenv("HOST")+":"+os.Getenv("PORT"), http.HandlerFunc(serve)))
}
