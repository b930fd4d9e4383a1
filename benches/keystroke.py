"""Times the language server on a rule file of 2,000 lines or more: keystroke.py PROGRAM [EDITS]

Each edit puts a letter into a pattern or takes it out. Two times are printed in milliseconds: until the server answers a request that
follows the edit (what a person waits for), and until the findings of the changed document arrive.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PACKS = Path(__file__).parent.parent / "patterns"
LINES = 2000


class Client:
    def __init__(self, program, folder):
        self.server = subprocess.Popen([program, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
        self.number = 0

    def send(self, method, params, is_request=False):
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        if is_request:
            self.number += 1
            message["id"] = self.number
        text = json.dumps(message).encode()
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
        self.server.stdin.flush()
        return self.number

    def read(self):
        length = 0
        while line := self.server.stdout.readline().strip():
            name, value = line.split(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return json.loads(self.server.stdout.read(length))

    def until(self, is_it):
        while not is_it(message := self.read()):
            pass
        return message


def main():
    program, edits = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 50
    with tempfile.TemporaryDirectory() as folder:
        # the smallest pack that is long enough
        long = [path for path in PACKS.glob("*/rules.toml") if path.read_text().count("\n") >= LINES]
        pack = min(long, key=lambda path: path.stat().st_size).parent
        text = (pack / "rules.toml").read_text()
        if (pack / "events").is_dir():
            shutil.copytree(pack / "events", Path(folder, "events"))
        path = Path(folder, "rules.toml")
        path.write_text(text)
        uri = path.as_uri()
        client = Client(program, folder)
        first = client.send("initialize", {"processId": None, "rootUri": Path(folder).as_uri(), "capabilities": {}}, True)
        client.until(lambda it: it.get("id") == first)
        client.send("initialized", {})
        client.send("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "toml", "version": 1, "text": text}})
        client.until(lambda it: it.get("method") == "textDocument/publishDiagnostics")
        lines = text.split("\n")
        places = [(at, line.index("eventName = \"") + 13) for at, line in enumerate(lines) if 'eventName = "' in line]
        waits, findings = [], []
        for edit in range(edits):
            line, column = places[(edit // 2 * 7) % len(places)]
            end = column + edit % 2
            change = {"range": {"start": {"line": line, "character": column}, "end": {"line": line, "character": end}}, "text": "" if edit % 2 else "X"}
            version = edit + 2
            begun = time.perf_counter()
            client.send("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]})
            request = client.send("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}, True)
            missing = {"answer", "findings"}
            while missing:
                message = client.read()
                now = (time.perf_counter() - begun) * 1000
                if message.get("id") == request and "answer" in missing:
                    missing.discard("answer")
                    waits.append(now)
                elif message.get("method") == "textDocument/publishDiagnostics" and message["params"].get("version", version) == version and "findings" in missing:
                    missing.discard("findings")
                    findings.append(now)
        client.send("shutdown", None, True)
        client.send("exit", None)
        print(f"{len(lines)} lines of {pack.name}; {edits} edits; milliseconds: median, 95 %, most")
        for name, times in [("answer after an edit", waits), ("findings of an edit", findings)]:
            times.sort()
            print(f"{name}: {statistics.median(times):.1f}, {times[int(len(times) * 0.95)]:.1f}, {times[-1]:.1f}")


main()
