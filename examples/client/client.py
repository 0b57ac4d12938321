"""Tables a measure at a node, signs it with an officer's key in PEM, and waits until it is final.

    client.py NODE TOKEN KEY CODE OFFICER TITLE KIND RULE HOURS
"""

import base64, datetime, hashlib, json, sys, time, urllib.error, urllib.request
from cryptography.hazmat.primitives import serialization

node, token_file, key_file, code, officer, title, kind, rule, hours = sys.argv[1:]
token = open(token_file).read().strip()


def ask(path, body=None, headers=None, timeout=90):
    """The answer of the node; a request that it puts off is made again when it says."""
    for _ in range(5):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(node + path, data, {
            "Authorization": "Bearer " + token, "Content-Type": "application/json", **(headers or {})})
        try:
            return urllib.request.urlopen(request, timeout=timeout)
        except urllib.error.HTTPError as error:
            problem = json.load(error)  # RFC 9457
            if error.code not in (429, 503):
                sys.exit(f"{problem['title']}: {problem['detail']}")
            time.sleep(int(error.headers["Retry-After"]))
    sys.exit("the node stays busy")


def events(place):
    """The events behind a place, for ever: a connection that ends is made again, and nothing is missed."""
    while True:
        try:
            event = {}
            for line in ask("/v1/events", headers={"Last-Event-ID": place}):
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "data":
                    event = json.loads(value)
                elif name == "id":
                    place = value
                elif not line.strip() and event:
                    yield event
                    event = {}
        except OSError:
            time.sleep(2)


# The text that is signed: docs/formats.md, section 1.
genesis = ask("/v1/genesis").read().decode().split("\n\n— ")[0] + "\n"
council = hashlib.sha256(genesis.encode()).hexdigest()  # compare it with the founding papers
origin = next(line[7:] for line in genesis.splitlines() if line.startswith("origin "))
closes = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=float(hours))
text = (f"nemcon/v1 measure\ncouncil {council}\nby {code}\ntitle {title}\nkind {kind}\nrule {rule}\n"
        f"closes {closes:%Y-%m-%dT%H:%M:%S}.000Z\n")

# The signature: a line of a C2SP signed note. This step needs no node.
key = serialization.load_pem_private_key(open(key_file, "rb").read(), None)
public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
name = f"{origin}/{code}/{officer}"
key_id = hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
signature = base64.b64encode(key_id + key.sign(text.encode())).decode()

place = f"{json.load(ask('/v1/status'))['size']}-0"
answer = json.load(ask("/v1/records", {"record": f"{text}\n— {name} {signature}\n", "wait_ms": 60000}))
print(json.dumps(answer), flush=True)
if answer["answer"] == "refused":
    sys.exit(1)

measure = None
for event in events(place):
    print(event["event"], event["words"], flush=True)
    if event["event"] == "tabled" and event["text_hash"] == answer["text_hash"]:
        measure = event["measures"][0]
    if event["event"] == "final" and measure in event["measures"]:
        break
