"""A small mail server for tests (RFC 3501, as much as is asked of it), in a thread."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Folders:
    """What the server holds: the mails of the folder by UID, their marks, and what was moved."""

    mails: dict[int, bytes]
    marks: dict[int, set[str]] = field(default_factory=dict)
    done: dict[str, list[int]] = field(default_factory=dict)
    capabilities: str = "IMAP4rev1 MOVE UIDPLUS"
    any_mark: bool = True
    deleted: set[int] = field(default_factory=set)


class _Talk(socketserver.StreamRequestHandler):
    folders: Folders

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _, rest = line.partition(" ")
            if rest.upper().startswith("LOGOUT"):
                self.say("* BYE", f"{tag} OK done")
                return
            self.say(f"{tag} {self.answer(rest)} done")

    def say(self, *lines: str) -> None:
        for line in lines:
            self.wfile.write(line.encode() + b"\r\n")

    def answer(self, asked: str) -> str:
        here = self.folders
        verb, _, rest = asked.removeprefix("UID ").partition(" ")
        if verb == "CAPABILITY":
            self.say(f"* CAPABILITY {here.capabilities}")
        elif verb == "LOGIN":
            return "OK" if rest == 'anna "right"' else "NO wrong: right"
        elif verb == "SELECT":
            marks = r"\Seen \*" if here.any_mark else r"\Seen"
            self.say(f"* {len(here.mails)} EXISTS", f"* OK [PERMANENTFLAGS ({marks})] ok")
            return "OK" if rest == '"INBOX"' else "NO"
        elif verb == "SEARCH":
            without = rest.partition("UNKEYWORD ")[2]
            uids = [u for u in here.mails if not without or without not in here.marks.get(u, ())]
            self.say("* SEARCH " + " ".join(map(str, uids)))
        elif verb == "FETCH":
            self.fetch(int(rest.split()[0]), rest)
        elif verb in {"MOVE", "COPY", "STORE", "EXPUNGE"}:
            self.change(verb, rest)
        return "OK"

    def fetch(self, uid: int, rest: str) -> None:
        raw = self.folders.mails[uid]
        if "SIZE" in rest:
            size = 10**9 if raw == b"huge" else len(raw)
            self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {size})")
        else:
            assert "PEEK" in rest  # it stays unread
            self.say(f"* 1 FETCH (UID {uid} BODY[] {{{len(raw)}}}")
            self.wfile.write(raw + b")\r\n")

    def change(self, verb: str, rest: str) -> None:
        here, uid = self.folders, int(rest.split(maxsplit=1)[0])
        if verb in {"MOVE", "COPY"}:
            here.done.setdefault(rest.partition(" ")[2], []).append(uid)
        if verb == "STORE":
            here.marks.setdefault(uid, set()).update(re.findall(r"\((.*)\)", rest))
        if verb in {"MOVE", "EXPUNGE"}:
            del here.mails[uid]


@contextmanager
def serving(folders: Folders) -> Iterator[int]:
    """A server on a free port of this machine."""
    handler = type("Talk", (_Talk,), {"folders": folders})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
