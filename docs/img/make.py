"""Makes the pictures of the documentation: terminal.png, simulation.png and api.png, the front page of the API docs.

Run from the repository's root after `cargo build -p cwfilter-cli`: `python3 docs/img/make.py [PROGRAM]`. Needs chromium. api.png is
made only after `cargo doc --no-deps -p cwfilter --features analysis,lint,rules,sources,report,provision,gzip`.
"""

import gzip, html, json, os, pathlib, pty, random, re, subprocess, sys, tempfile
from datetime import datetime, timedelta, timezone

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
PROGRAM = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target/debug/cwfilter")
LINT = '{ ($.errorCode = "AccessDenied*") || ($.sourceIPAddress != "delivery.logs.amazonaws.com") }'
EXPLAIN = '{ $.eventName = "ConsoleLogin" && $.additionalEventData.MFAUsed != "Yes" }'
# as shown, arguments, lines of the output that are shown
SESSION = [
    ("cwfilter test patterns | tail -3", ["test", "patterns"], 3),
    (f"cwfilter lint --pattern '{LINT}'", ["lint", "--pattern", LINT], None),
    (f"cwfilter explain '{EXPLAIN}' '{{\"eventName\":\"ConsoleLogin\"}}'", ["explain", EXPLAIN, '{"eventName":"ConsoleLogin"}'], None),
]
COLOURS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff", "35": "#d2a8ff", "36": "#76e3ea", "90": "#8b949e"}


def run(arguments):
    """The output of the program on a terminal, with its colours."""
    parts = []

    def read(descriptor):
        data = os.read(descriptor, 1 << 16)
        parts.append(data)
        return b"\0" if data else data

    out, sys.stdout = sys.stdout, open(os.devnull, "w")
    saved, null = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    try:
        pty.spawn([PROGRAM, *arguments], read)
    finally:
        os.dup2(saved, 1)
        sys.stdout = out
    return b"".join(parts).decode().replace("\r\n", "\n").rstrip("\n")


def colours(text):
    """Colours of a terminal as HTML."""
    pieces, found = re.split(r"\x1b\[([0-9;]*)m", text), []
    found.append(html.escape(pieces[0]))
    for codes, piece in zip(pieces[1::2], pieces[2::2]):
        style = "".join("font-weight:bold;" if code == "1" else f"color:{COLOURS[code]};" if code in COLOURS else "" for code in codes.split(";"))
        found.append(f'<span style="{style}">{html.escape(piece)}</span>')
    return "".join(found)


def screenshot(page, picture, width, height):
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", f"--user-data-dir={profile}",
             f"--window-size={width},{height}", f"--screenshot={picture}", page.as_uri()],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120,
        )


def terminal(folder):
    lines = []
    for shown, arguments, last in SESSION:
        output = "\n".join(run(arguments).split("\n")[-last:] if last else [run(arguments)])
        lines.append(f'<b style="color:#7ee787">$</b> <b>{html.escape(shown)}</b>\n{colours(output)}\n')
    page = folder / "terminal.html"
    page.write_text(
        '<meta charset="utf-8"><body style="margin:0;background:#0d1117"><pre style="margin:0;padding:20px;color:#e6edf3;'
        'white-space:pre-wrap;font:15px/1.35 \'DejaVu Sans Mono\',monospace">' + "\n".join(lines) + "</pre>"
    )
    screenshot(page, HERE / "terminal.png", 1200, 530)


def archive(folder):
    """Ten days of records with AWS's documentation ids."""
    random.seed(1)
    start = datetime(2026, 3, 1, tzinfo=timezone.utc)
    plain = [("DescribeInstances", "ec2"), ("ListBuckets", "s3"), ("GetCallerIdentity", "sts"), ("AssumeRole", "sts")]
    rare = [("StopLogging", "cloudtrail"), ("PutBucketPolicy", "s3"), ("CreatePolicy", "iam"), ("AuthorizeSecurityGroupIngress", "ec2"), ("ConsoleLogin", "signin")]
    records = []
    for _ in range(4000):
        name, service = random.choice(rare if random.random() < 0.03 else plain)
        root = random.random() < 0.002
        record = {
            "eventVersion": "1.11", "eventTime": (start + timedelta(seconds=random.randrange(864000))).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "eventSource": f"{service}.amazonaws.com", "eventName": name, "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.10",
            "userIdentity": {"type": "Root" if root else "IAMUser", "accountId": "123456789012", "accessKeyId": "AKIAIOSFODNN7EXAMPLE"},
            "eventType": "AwsApiCall", "recipientAccountId": "123456789012",
        }
        if random.random() < 0.02:
            record["errorCode"] = "AccessDenied"
        records.append(record)
    trail = folder / "trail"
    trail.mkdir()
    (trail / "records.json.gz").write_bytes(gzip.compress(json.dumps({"Records": records}).encode()))
    return trail


def simulation(folder):
    page = folder / "report.html"
    subprocess.run([PROGRAM, "simulate", "--rules", "patterns", str(archive(folder)), "--html", str(page)], check=False, stdout=subprocess.DEVNULL)
    screenshot(page, HERE / "simulation.png", 1200, 900)


def api():
    page = ROOT / "target/doc/cwfilter/index.html"
    if page.exists():
        screenshot(page, HERE / "api.png", 1200, 1500)


os.chdir(ROOT)
with tempfile.TemporaryDirectory() as made:
    terminal(pathlib.Path(made))
    simulation(pathlib.Path(made))
    api()
