"""Rooms to book, as somebody might write them in Python: threads, forms, pages with redirects, UUIDs.

Who is not logged in is sent to the login, who asks for somebody else's booking is told that there is
none, and what is refused leads back with a message. It knows nothing of Plumbline.

FAULT plants a mistake: `race` (no lock), `leak` (whose booking it is, told to strangers), `lost` (a
cancelled booking is told to nobody).
"""

import hashlib
import hmac
import html
import http.client
import json
import os
import secrets
import threading
import time
import uuid
from datetime import datetime, timezone
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

FAULT = os.environ.get("FAULT", "")
users, sessions, bookings = {}, {}, {}
lock = threading.Lock()

MOVES = {
    "confirm": (["requested"], "confirmed", "booking.confirmed"),
    "cancel": (["requested", "confirmed"], "cancelled", "booking.cancelled"),
}


def sign(text):
    return hmac.new(os.environ["PUSHER_APP_SECRET"].encode(), text.encode(), hashlib.sha256).hexdigest()


def broadcast(channel, name, data):
    path = f"/apps/{os.environ['PUSHER_APP_ID']}/events"
    body = json.dumps({"name": name, "channel": channel, "data": json.dumps(data)})
    query = "&".join([
        f"auth_key={os.environ['PUSHER_APP_KEY']}",
        f"auth_timestamp={int(time.time())}",
        "auth_version=1.0",
        f"body_md5={hashlib.md5(body.encode()).hexdigest()}",
    ])
    signature = sign(f"POST\n{path}\n{query}")
    line = http.client.HTTPConnection(os.environ["PUSHER_HOST"], int(os.environ["PUSHER_PORT"]))
    line.request("POST", f"{path}?{query}&auth_signature={signature}", body,
                 {"Content-Type": "application/json"})
    line.getresponse().read()
    line.close()


class Nobody:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


def move(booking, name, code):
    """The message that it is refused with, or None where it was made."""
    before, after, event = MOVES[name]
    with Nobody() if FAULT == "race" else lock:
        status = booking["status"]
        time.sleep(0.002)  # what a query takes
        if name == "cancel" and status == "cancelled":
            return None  # it is cancelled, which is what was asked for
        if status not in before:
            return f"It is {status}."
        booking.update(status=after, changed=datetime.now(timezone.utc).isoformat())
        if code:
            booking["code"] = code
        if FAULT != "lost" or name != "cancel":
            broadcast(f"private-bookings.{booking['id']}", event, {
                "booking": {"id": booking["id"], "status": after}, "at": booking["changed"],
            })
    return None


class Desk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body="", kind="text/html", **headers):
        data = body.encode()
        self.send_response(status)
        for name, value in headers.items():
            for one in value if isinstance(value, list) else [value]:
                self.send_header(name.replace("_", "-"), one)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def go(self, to, cookies=()):
        self.answer(302, Location=to, Set_Cookie=list(cookies))

    def read(self):
        size = int(self.headers.get("Content-Length") or 0)
        text = self.rfile.read(size).decode()
        self.form = {name: values[0] for name, values in parse_qs(text).items()}
        cookies = SimpleCookie(self.headers.get("Cookie") or "")
        self.token = cookies["csrftoken"].value if "csrftoken" in cookies else None
        self.user = sessions.get(cookies["session"].value) if "session" in cookies else None
        return urlsplit(self.path).path.strip("/").split("/")

    def do_GET(self):
        parts = self.read()
        if parts == ["up"]:
            return self.answer(200, "up")
        if parts == ["login"]:
            token = secrets.token_hex(16)
            return self.answer(200, "<form method=post>…</form>", Set_Cookie=f"csrftoken={token}; Path=/")
        if self.user is None:
            return self.go("/login")
        if parts[0] == "bookings" and len(parts) == 2:
            booking = bookings.get(parts[1])
            if booking is None or not self.may_see(booking):
                whose = html.escape(booking["email"]) if booking and FAULT == "leak" else "yours"
                return self.answer(404, f"<p>No such booking of {whose}.</p>")
            return self.answer(200, f"<h1>Room</h1><span class=\"status\">{booking['status']}</span>"
                                    f"<p>Code: {html.escape(booking['code'])}</p>")
        return self.answer(404, "<p>Nothing here.</p>")

    def may_see(self, booking):
        return self.user["role"] == "staff" or booking["owner"] == self.user["id"]

    def do_POST(self):
        parts = self.read()
        if parts == ["testing", "users"]:
            made = {**self.form, "id": str(uuid.uuid4())}
            users[made["email"]] = made
            return self.answer(200, json.dumps({"id": made["id"]}), "application/json")
        if self.token is None or self.form.get("_token") != self.token:
            return self.answer(419, "<p>The page has expired.</p>")
        if parts == ["login"]:
            user = users.get(self.form.get("email"))
            if user is None or user["password"] != self.form.get("password"):
                return self.go("/login?error=1")
            session = secrets.token_hex(16)
            sessions[session] = user
            return self.go("/home", [f"session={session}; Path=/; HttpOnly"])
        if self.user is None:
            return self.go("/login")
        if parts == ["broadcasting", "auth"]:
            channel = self.form.get("channel_name", "")
            booking = bookings.get(channel.removeprefix("private-bookings."))
            if booking is None or not self.may_see(booking):
                return self.answer(403, "{}", "application/json")
            auth = sign(f"{self.form.get('socket_id')}:{channel}")
            return self.answer(200, json.dumps({"auth": f"{os.environ['PUSHER_APP_KEY']}:{auth}"}),
                               "application/json")
        if parts == ["bookings"]:
            if self.user["role"] != "visitor":
                return self.answer(403, "<p>Visitors book.</p>")
            made = str(uuid.uuid4())
            bookings[made] = {"id": made, "status": "requested", "owner": self.user["id"], "code": "",
                              "email": self.user["email"]}
            return self.go(f"/bookings/{made}")
        if parts[0] == "bookings" and len(parts) == 3 and parts[2] in MOVES:
            booking = bookings.get(parts[1])
            is_theirs = self.user["role"] == "staff" if parts[2] == "confirm" else (
                booking is not None and booking["owner"] == self.user["id"])
            if booking is None or not is_theirs:
                return self.answer(404, "<p>No such booking of yours.</p>")
            wrong = move(booking, parts[2], self.form.get("code"))
            back = f"/bookings/{booking['id']}"
            return self.go(f"{back}?done=1" if wrong is None else f"{back}?error=1")
        return self.answer(404, "<p>Nothing here.</p>")


ThreadingHTTPServer.request_queue_size = 128
ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Desk).serve_forever()
