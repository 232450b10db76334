"""A library that lends books. Python 3, standard library only.

Pages, forms, redirects; a cookie session with a CSRF token in each form. FAULT is empty, race, leak or lost.
"""
import hashlib, hmac, html, http.client, json, os, queue, re, secrets, sys, threading, time, uuid
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8101"))
FAULT = os.environ.get("FAULT", "")
APP_ID = os.environ.get("PUSHER_APP_ID", "app-id")
APP_KEY = os.environ.get("PUSHER_APP_KEY", "app-key")
APP_SECRET = os.environ.get("PUSHER_APP_SECRET", "app-secret")
PUSHER_HOST = os.environ.get("PUSHER_HOST", "127.0.0.1")
PUSHER_PORT = int(os.environ.get("PUSHER_PORT", "8080"))

LOCK = threading.RLock()  # guards everything below
USERS, BY_EMAIL, SESSIONS, LOANS = {}, {}, {}, {}
OUTBOX = queue.Queue()


def sign(text):
    return hmac.new(APP_SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()


def publish(channel, name, data):
    body = json.dumps({"name": name, "channels": [channel], "data": json.dumps(data)})
    path = f"/apps/{APP_ID}/events"
    query = (f"auth_key={APP_KEY}&auth_timestamp={int(time.time())}&auth_version=1.0"
             f"&body_md5={hashlib.md5(body.encode()).hexdigest()}")
    signature = sign(f"POST\n{path}\n{query}")
    line = http.client.HTTPConnection(PUSHER_HOST, PUSHER_PORT, timeout=10)
    try:
        line.request("POST", f"{path}?{query}&auth_signature={signature}", body,
                     {"Content-Type": "application/json"})
        answer = line.getresponse()
        answer.read()
        return answer.status == 200
    finally:
        line.close()


def sender():
    """One thread sends all events in the order of the commits; what fails is sent again, with its id."""
    while True:
        event = OUTBOX.get()
        for attempt in range(50):
            try:
                if publish(*event):
                    break
            except OSError as error:
                print("publish:", error, file=sys.stderr)
            time.sleep(0.1)


STEPS = {  # name: (from, to, who)
    "reserve": ({"requested"}, "reserved", {"shelver", "librarian"}),
    "lend": ({"reserved"}, "lent", {"librarian"}),
    "take-back": ({"lent"}, "returned", {"librarian"}),
    "cancel": ({"requested", "reserved"}, "cancelled", {"owner"}),
}


class Refused(Exception):
    def __init__(self, status, why):
        self.status, self.why = status, why


def may_see(user, loan):
    return user["role"] in ("shelver", "librarian") or loan["owner"] == user["id"]


def may_see_secrets(user, loan):
    return user["role"] == "librarian" or loan["owner"] == user["id"]


def move(user, loan, step):
    sources, target, who = STEPS[step]
    role = "owner" if user["id"] == loan["owner"] else user["role"]
    if role not in who:
        raise Refused(403, "not for you")
    if FAULT == "race":
        seen = loan["state"]
        time.sleep(0.03)
        return commit(loan, step, sources, target, seen, user)
    with LOCK:
        return commit(loan, step, sources, target, loan["state"], user)


def commit(loan, step, sources, target, seen, user):
    if step == "cancel" and seen == "cancelled":
        return  # the same again: the same answer, and no second effect
    if seen not in sources:
        raise Refused(303, f"it is {seen}")
    if FAULT == "foureyes" and step == "take-back" and loan.get("by") == user["id"]:
        raise Refused(303, "another librarian must do that")  # a rule, not a fault
    loan["by"] = user["id"]
    loan["state"] = target
    loan["version"] += 1
    loan["history"].append((loan["version"], target))
    if FAULT == "lost" and step == "take-back":
        return
    OUTBOX.put((f"private-loan.{loan['id']}", "LoanChanged",
                {"loan_id": loan["id"], "state": target, "version": loan["version"],
                 "event_id": str(uuid.uuid4())}))


def page(title, body, csrf):
    return (f"<!doctype html><title>{html.escape(title)}</title>{body}"
            f'<form method="post" action="/logout"><input type="hidden" name="_token" value="{csrf}">'
            "<button>Log out</button></form>")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def send(self, status, body="", kind="text/html; charset=utf-8", headers=()):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        if self.fresh:
            self.send_header("Set-Cookie", f"library_session={self.sid}; Path=/; HttpOnly; SameSite=Lax")
        self.end_headers()
        self.wfile.write(data)

    def redirect(self, to, flash=None):
        if flash:
            self.session["flash"] = flash
        self.send(303, headers=[("Location", to)])

    def open_session(self):
        self.fresh = False
        cookie = SimpleCookie(self.headers.get("Cookie", ""))
        self.sid = cookie["library_session"].value if "library_session" in cookie else None
        with LOCK:
            if self.sid not in SESSIONS:
                self.new_session(None)
            self.session = SESSIONS[self.sid]
        self.user = USERS.get(self.session["user"])

    def new_session(self, user):
        SESSIONS.pop(self.sid, None)
        self.sid, self.fresh = secrets.token_urlsafe(24), True
        self.session = SESSIONS[self.sid] = {"user": user, "csrf": secrets.token_urlsafe(24), "flash": None}

    def body(self):
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length).decode("utf-8", "replace")
        if "json" in self.headers.get("Content-Type", ""):
            try:
                value = json.loads(raw or "{}")
                return value if isinstance(value, dict) else {}
            except ValueError:
                return {}
        return {name: values[-1] for name, values in parse_qs(raw, keep_blank_values=True).items()}

    def do_GET(self):
        self.serve_one(self.get)

    def do_POST(self):
        self.serve_one(self.post)

    def serve_one(self, what):
        self.open_session()
        self.input = self.body()
        try:
            what(urlsplit(self.path).path)
        except Refused as refused:
            if refused.status == 303:
                self.redirect(self.back(), refused.why)
            else:
                self.send(refused.status, f"<!doctype html><h1>{refused.status}</h1><p>{html.escape(refused.why)}</p>")

    def back(self):
        return urlsplit(self.path).path.rsplit("/", 1)[0] + "?refused=1"

    def member(self):
        if not self.user:
            self.redirect("/login")
            return None
        return self.user

    def loan(self, loan_id):
        loan = LOANS.get(loan_id)
        if not loan or not may_see(self.user, loan):
            raise Refused(404, "there is no such loan")
        return loan

    def get(self, path):
        csrf = self.session["csrf"]
        if path == "/up":
            return self.send(200, "up", "text/plain")
        if path == "/login":
            return self.send(200, '<!doctype html><form method="post"><input type="hidden" name="_token" '
                             f'value="{csrf}"><input name="email"><input name="password" type="password"></form>')
        if not self.member():
            return
        if path == "/loans":
            with LOCK:
                mine = [l for l in LOANS.values() if may_see(self.user, l)][-50:]
                rows = "".join(f'<li><a href="/loans/{l["id"]}">{html.escape(l["book"])}</a> {l["state"]}</li>'
                               for l in mine)
            form = ('<form method="post"><input type="hidden" name="_token" value="' + csrf +
                    '"><input name="book"><textarea name="remark"></textarea></form>')
            return self.send(200, page("Loans", f"<ul>{rows}</ul>{form}", csrf))
        found = re.fullmatch(r"/loans/([0-9a-f-]{36})(/card)?", path)
        if not found:
            raise Refused(404, "there is no such page")
        loan = self.loan(found[1])
        with LOCK:
            state, version = loan["state"], loan["version"]
        if found[2]:  # what a page fetches that was cut off
            return self.send(200, f'<div class="card" data-version="{version}" data-state="{state}"></div>')
        body = (f'<h1>{html.escape(loan["book"])}</h1><dl><dt>State</dt><dd id="state">{state}</dd>'
                f'<dt>Version</dt><dd id="version">{version}</dd></dl>')
        if may_see_secrets(self.user, loan):
            owner = USERS[loan["owner"]]
            body += f'<p id="remark">{html.escape(loan["remark"])}</p><p>{html.escape(owner["email"])}</p>'
        elif FAULT == "leak":  # hidden from the eye only
            body += f'<p id="remark" hidden data-remark="{html.escape(loan["remark"], quote=True)}"></p>'
        flash, self.session["flash"] = self.session["flash"], None
        if flash:
            body += f'<p class="error">{html.escape(flash)}</p>'
        return self.send(200, page(loan["book"], body, csrf))

    def post(self, path):
        if path == "/testing/users":
            user = {"id": str(uuid.uuid4()), **{k: str(self.input.get(k, "")) for k in
                                                ("role", "name", "email", "password")}}
            with LOCK:
                USERS[user["id"]] = BY_EMAIL[user["email"]] = user
            return self.send(201, json.dumps({"id": user["id"]}), "application/json")
        token = self.headers.get("X-CSRF-Token") or self.input.get("_token") or ""
        if not hmac.compare_digest(token.encode(), self.session["csrf"].encode()):
            raise Refused(419, "this page has expired")
        if path == "/login":
            user = BY_EMAIL.get(self.input.get("email", ""))
            if not user or not hmac.compare_digest(user["password"].encode(),
                                                   self.input.get("password", "").encode()):
                return self.redirect("/login?refused=1", "wrong e-mail or password")
            with LOCK:
                self.new_session(user["id"])
            return self.redirect("/loans")
        if not self.member():
            return
        if path == "/logout":
            with LOCK:
                self.new_session(None)
            return self.redirect("/login")
        if path == "/broadcasting/auth":
            return self.authorize()
        if path == "/loans":
            if self.user["role"] != "member":
                raise Refused(403, "members ask for books")
            book, remark = self.input.get("book", ""), self.input.get("remark", "")
            if not book or len(book) > 200:
                raise Refused(422, "which book?")
            loan = {"id": str(uuid.uuid4()), "owner": self.user["id"], "book": book, "remark": remark,
                    "state": "requested", "version": 1, "history": [(1, "requested")]}
            with LOCK:
                LOANS[loan["id"]] = loan
                OUTBOX.put(("private-news", "LoanRequested",
                            {"loan_id": loan["id"], "version": 1, "event_id": str(uuid.uuid4())}))
            return self.redirect(f"/loans/{loan['id']}")
        found = re.fullmatch(r"/loans/([0-9a-f-]{36})/([a-z-]+)", path)
        if not found or found[2] not in STEPS:
            raise Refused(404, "there is no such page")
        loan = self.loan(found[1])
        move(self.user, loan, found[2])
        self.redirect(f"/loans/{loan['id']}")

    def authorize(self):
        socket_id, channel = self.input.get("socket_id", ""), self.input.get("channel_name", "")
        if not re.fullmatch(r"\d+\.\d+", socket_id):
            raise Refused(422, "no socket id")
        found = re.fullmatch(r"private-loan\.([0-9a-f-]{36})", channel)
        if found:
            loan = LOANS.get(found[1])
            allowed = loan and may_see(self.user, loan)
        else:
            allowed = channel == "private-news"
        if not allowed:
            raise Refused(403, "not yours to hear")
        self.send(200, json.dumps({"auth": f"{APP_KEY}:{sign(f'{socket_id}:{channel}')}"}), "application/json")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


threading.Thread(target=sender, daemon=True).start()
Server((HOST, PORT), Handler).serve_forever()
