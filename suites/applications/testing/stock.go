// Stock, as somebody might write it in Go: JSON that always comes with 200 and says ok or not, keys
// in a header, ids that are words. It knows nothing of Plumbline.
//
// FAULT plants a mistake: race (no lock), leak (the purchase price in the list), lost (a release is
// told to nobody).
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
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

type object = map[string]any

type account struct{ id, kind, password string }

type item struct {
	sku, owner, cost, phase string
	left, rev               int
}

var (
	fault    = os.Getenv("FAULT")
	people   sync.Map // by address
	keys     sync.Map // of accounts, by API key
	items    sync.Map // by SKU
	lock     sync.Mutex
	moves    = map[string]struct{ from, to string }{"publish": {"draft", "on sale"}, "retire": {"on sale", "gone"}}
	quantity = map[string]int{"reserve": -2, "release": 2}
)

const size = 6

func word() string {
	raw := make([]byte, 5)
	rand.Read(raw)
	return "SKU-" + strings.ToUpper(hex.EncodeToString(raw))
}

func sign(text string) string {
	code := hmac.New(sha256.New, []byte(os.Getenv("PUSHER_APP_SECRET")))
	code.Write([]byte(text))
	return hex.EncodeToString(code.Sum(nil))
}

func tell(one *item, event string) {
	data, _ := json.Marshal(object{"sku": one.sku, "phase": one.phase, "left": one.left, "rev": one.rev})
	body, _ := json.Marshal(object{"name": event, "channel": "presence-stock." + one.sku, "data": string(data)})
	path := "/apps/" + os.Getenv("PUSHER_APP_ID") + "/events"
	query := fmt.Sprintf("auth_key=%s&auth_timestamp=%d&auth_version=1.0&body_md5=%x",
		os.Getenv("PUSHER_APP_KEY"), time.Now().Unix(), md5.Sum(body))
	url := fmt.Sprintf("http://%s:%s%s?%s&auth_signature=%s", os.Getenv("PUSHER_HOST"),
		os.Getenv("PUSHER_PORT"), path, query, sign("POST\n"+path+"\n"+query))
	if answer, err := http.Post(url, "application/json", bytes.NewReader(body)); err == nil {
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
}

// change does what was asked, or says why not.
func change(one *item, act string) string {
	if fault != "race" {
		lock.Lock()
		defer lock.Unlock()
	}
	phase, left := one.phase, one.left
	time.Sleep(2 * time.Millisecond) // what a query takes
	if move, is := moves[act]; is {
		if phase != move.from {
			return "it is " + phase
		}
		one.phase = move.to
	} else {
		left += quantity[act]
		if phase != "on sale" || left < 0 || left > size {
			return "not possible"
		}
		one.left = left
	}
	one.rev++
	if fault != "lost" || act != "release" {
		tell(one, "stock."+act)
	}
	return ""
}

func shown(one *item, who *account) object {
	seen := object{"sku": one.sku, "phase": one.phase, "left": one.left}
	if who.kind == "buyer" || fault == "leak" {
		seen["cost"] = one.cost
	}
	return seen
}

func no(why string) object { return object{"ok": false, "why": why} }

func answer(method string, parts []string, who *account, in map[string]string) object {
	switch {
	case parts[0] == "up":
		return object{"ok": true}
	case parts[0] == "testing":
		made := &account{word(), in["kind"], in["password"]}
		people.Store(in["email"], made)
		return object{"ok": true, "id": made.id}
	case parts[0] == "keys":
		known, is := people.Load(in["email"])
		if !is || known.(*account).password != in["password"] {
			return no("wrong")
		}
		key := word() + word()
		keys.Store(key, known)
		return object{"ok": true, "key": key}
	case who == nil:
		return no("no key")
	case parts[0] == "signatures":
		sku, is := strings.CutPrefix(in["channel"], "presence-stock.")
		if _, known := items.Load(sku); !is || !known {
			return no("no such channel")
		}
		member := fmt.Sprintf(`{"user_id":"%s"}`, who.id)
		auth := os.Getenv("PUSHER_APP_KEY") + ":" + sign(in["socket"]+":"+in["channel"]+":"+member)
		return object{"ok": true, "auth": auth, "member": member}
	case parts[0] == "items" && len(parts) == 1 && method == "POST":
		if who.kind != "buyer" {
			return no("buyers stock")
		}
		made := &item{sku: word(), owner: who.id, cost: in["cost"], phase: "draft", left: size}
		items.Store(made.sku, made)
		return object{"ok": true, "sku": made.sku}
	case parts[0] == "items" && len(parts) == 1:
		list := []object{}
		items.Range(func(_, one any) bool {
			list = append(list, shown(one.(*item), who))
			return true
		})
		return object{"ok": true, "items": list}
	case parts[0] == "items":
		found, is := items.Load(parts[1])
		if !is {
			return no("no such item")
		}
		one := found.(*item)
		if len(parts) == 2 {
			return object{"ok": true, "item": shown(one, who)}
		}
		if _, moves := moves[parts[2]]; moves && who.id != one.owner {
			return no("not yours")
		}
		if why := change(one, parts[2]); why != "" {
			return no(why)
		}
		return object{"ok": true}
	}
	return no("nothing here")
}

func main() {
	http.HandleFunc("/", func(out http.ResponseWriter, request *http.Request) {
		in := map[string]string{}
		json.NewDecoder(request.Body).Decode(&in)
		var who *account
		if known, is := keys.Load(request.Header.Get("X-Api-Key")); is {
			who = known.(*account)
		}
		parts := strings.Split(strings.Trim(request.URL.Path, "/"), "/")
		out.Header().Set("Content-Type", "application/json")
		json.NewEncoder(out).Encode(answer(request.Method, parts, who, in))
	})
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Getenv("HOST")+":"+os.Getenv("PORT"), nil))
}
