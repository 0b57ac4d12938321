"""What load.sh runs: a test network with a desk at each node, a burst of ballots, and readers."""

import http.client
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

MEASURES = 3
# How long a reader rests between two pages, in seconds.
REST_S = 0.2
# How long the final state is waited for, in seconds.
FINAL_S = 600
ANSWER_S = 60
# What a page holds that was made while the node did not answer.
ALONE = b'class="lost" role="alert" data-lost'


class Wrong(Exception):
    """Something that load.sh fails on."""


def nemcon(*args):
    """What a command prints."""
    done = subprocess.run([NEMCON, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise Wrong(f"nemcon {' '.join(args)}: status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


class Site:
    """An HTTP server that one thread at a time asks, over one connection."""

    def __init__(self, host, headers):
        self.host, self.headers = host, headers
        self.connection = http.client.HTTPConnection(host, timeout=ANSWER_S)

    def get(self, place):
        """The answer, and the milliseconds that it took."""
        begun = time.monotonic()
        self.connection.request("GET", place, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise Wrong(f"{self.host}{place}: HTTP {answer.status}: {body[:200]!r}")
        return body, (time.monotonic() - begun) * 1000, answer


class Desk:
    """A desk as a process, and a client that came in by its link."""

    def __init__(self, net, code):
        self.code = code
        self.told = tempfile.TemporaryFile()
        args = [NEMCON, "desk", "--no-open", "--json", "--dir", net, "--as", code]
        self.process = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.told, text=True)
        said = ""
        while not (found := re.search(r'"link": "http://([^/]+)([^"]+)"', said)):
            line = self.process.stdout.readline()
            if not line:
                raise Wrong(f"the desk of {code} ended: {said}")
            said += line
        self.host = found[1]
        _, _, answer = Site(self.host, {}).get(found[2])
        self.headers = {"cookie": answer.getheader("set-cookie").split(";")[0], "accept-language": "en"}

    def site(self):
        return Site(self.host, self.headers)

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


class Run:
    """The network, its desks, and what was measured: milliseconds and bytes by page."""

    def __init__(self, folder, members):
        self.net = str(folder / "net")
        self.folder = folder
        self.members = members
        self.codes, self.nodes, self.desks, self.texts = [], {}, [], {}
        self.times, self.bytes, self.delays, self.alone = {}, {}, [], 0
        self.lock = threading.Lock()
        self.cast, self.is_over = threading.Event(), threading.Event()

    def open(self):
        nemcon("testnet", "up", "--members", str(self.members), "--dir", self.net)
        told = tomllib.loads((Path(self.net) / "testnet.toml").read_text())
        self.nodes = {it["code"]: it["http"] for it in told["member"]}
        self.codes = list(self.nodes)
        for number in range(1, MEASURES + 1):
            self.table(number)
        for code in self.codes:
            self.desks.append(Desk(self.net, code))

    def table(self, number):
        draft = self.folder / f"{number}.toml"
        draft.write_text(
            f'title = "Measure {number} under load"\nkind = "conclusions"\ncategory = "stability"\n'
            'summary = ["It is so.", "And so."]\nprocedure = "written"\ncloses_in = "3 days"\n'
        )
        at = ("--dir", self.net, "--as", self.codes[0])
        nemcon("measure", "table", str(draft), "--yes", *at)
        self.texts[number] = json.loads(nemcon("measure", "show", str(number), "--json", *at))["text_hash"]

    def close(self):
        for desk in self.desks:
            desk.close()
        if (Path(self.net) / "testnet.toml").exists():
            nemcon("testnet", "down", "--dir", self.net)

    def note(self, what, milliseconds, size):
        with self.lock:
            self.times.setdefault(what, []).append(milliseconds)
            self.bytes.setdefault(what, []).append(size)

    def ask(self, site, what, place):
        body, milliseconds, _ = site.get(place)
        self.note(what, milliseconds, len(body))
        if ALONE in body:
            with self.lock:
                self.alone += 1
        return body.decode()

    def sign(self, desk):
        """Signs every measure for one member; notes how long after its order the member's desk shows a ballot."""
        site = desk.site()
        own = re.compile(r'<li class="tile favour[^"]*"><span class="code">' + desk.code + "</span>")
        for number, text in self.texts.items():
            nemcon("ballot", "cast", str(number), "in-favour", "--yes", "--text", text, "--dir", self.net, "--as", desk.code)
            ordered = time.monotonic()
            while not own.search(self.ask(site, "measure", f"/measures/{number}")):
                if self.is_over.is_set() or time.monotonic() - ordered > FINAL_S:
                    raise Wrong(f"the desk of {desk.code} never shows its ballot on measure {number}")
                time.sleep(REST_S / 10)
            with self.lock:
                self.delays.append((time.monotonic() - ordered) * 1000)

    def read(self, desk):
        """Reads the pages of a desk until all have signed, then until each measure is shown as final."""
        site, number = desk.site(), 0
        while not self.cast.is_set():
            number = number % MEASURES + 1
            self.ask(site, "Today", "/")
            self.ask(site, "measure", f"/measures/{number}")
            self.cast.wait(REST_S)
        until = time.monotonic() + FINAL_S
        for number in self.texts:
            while "adopted, final" not in (page := self.ask(site, "measure", f"/measures/{number}")):
                if self.is_over.is_set() or time.monotonic() > until:
                    raise Wrong(f"the desk of {desk.code} never shows measure {number} as final: {len(page)} bytes")
                time.sleep(REST_S)
        if "under load" not in self.ask(site, "Today", "/"):
            raise Wrong(f"Today at the desk of {desk.code} does not tell what was adopted")

    def listen(self, code):
        """Asks a node what a measure page asks it, for as long as pages are read."""
        token = (Path(self.net) / "members" / code / "read.token").read_text().strip()
        site, number = Site(self.nodes[code], {"authorization": f"Bearer {token}"}), 0
        while not self.cast.is_set():
            number = number % MEASURES + 1
            self.ask(site, "node", f"/v1/measures/{number}")
            self.cast.wait(REST_S)

    def load(self):
        with ThreadPoolExecutor(3 * self.members) as pool:
            reading = [pool.submit(self.read, desk) for desk in self.desks]
            reading += [pool.submit(self.listen, code) for code in self.codes]
            signing = [pool.submit(self.sign, desk) for desk in self.desks]
            try:
                for one in signing:
                    one.result()
                self.cast.set()
                for one in reading:
                    one.result()
            finally:
                # After an error nobody waits for a final state that never comes.
                self.is_over.set()
                self.cast.set()

    def tell(self):
        node = statistics.median(self.times["node"])
        print(f"{self.members} desks, {self.members} nodes, {MEASURES} measures, {len(self.delays)} ballots")
        print(f"{'':18}{'count':>7}{'median':>9}{'95 %':>9}{'99 %':>9}  ms{'longest':>9}  bytes")
        for what, title in (("node", "a node's answer"), ("Today", "Today"), ("measure", "a measure's page")):
            print(f"{title:18}{spread(self.times[what])}  ms{max(self.bytes[what]):>9}  bytes")
        print(f"{'ordered to shown':18}{spread(self.delays)}  ms")
        for title, all in (("Today", self.times["Today"]), ("a measure's page", self.times["measure"]), ("ordered to shown", self.delays)):
            print(f"{title}, by a node's answer: {statistics.median(all) / node:.1f}")
        print(f"pages that say that the node does not answer: {self.alone}")


def spread(all):
    """How many, the median, and the 95 and 99 percentiles, by nearest rank."""
    ranked = sorted(all)
    at = lambda percent: ranked[max(0, -(-len(ranked) * percent // 100) - 1)]
    return f"{len(all):>7}{statistics.median(all):>9.1f}{at(95):>9.1f}{at(99):>9.1f}"


def main():
    folder = Path(tempfile.mkdtemp(prefix="desk-load-"))
    run = Run(folder, int(sys.argv[2]))
    try:
        run.open()
        run.load()
        run.tell()
    except (Wrong, OSError, http.client.HTTPException) as error:
        print(f"load.sh: {error}", file=sys.stderr)
        return 1
    finally:
        run.close()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


NEMCON = sys.argv[1]
sys.exit(main())
