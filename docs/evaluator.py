#!/usr/bin/env python3
"""A small evaluator of filter patterns, independent of cwfilter: only Python's standard library.

    python3 docs/evaluator.py certificate audit.json     check the events of a certificate
    python3 docs/evaluator.py cases FILE.jsonl           check recorded answers of AWS
    python3 docs/evaluator.py match PATTERN < lines      print the lines that match

It follows docs/filter-patterns.md, section by section, and is written to be read: it is slow, and does not check whether AWS
takes a pattern. Exit codes: 0 if everything is confirmed, 1 if not, 2 if the command line is wrong.
"""

import json
import re
import sys
from decimal import Decimal

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
BLANKS = " \t\r\n"


class Source(str):
    """A number of a JSON document, as it is written."""


# --- values: "Comparison" and "Wildcards" -------------------------------------------------------------------------------------


def wildcard(pattern, text):
    """The observed algorithm: each inner part takes its first occurrence, without going back."""
    parts = pattern.split("*")
    if len(parts) == 1:
        return pattern == text
    if not text.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:-1]:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if parts[-1] == "":
        return True
    found = text.find(parts[-1], at)
    return found >= 0 and found + len(parts[-1]) == len(text)


def regex(body):
    """`$` is the end of the message, where Python's `$` is also the place before a final newline."""
    out, in_class, at = "", False, 0
    while at < len(body):
        char = body[at]
        if char == "\\":
            out += body[at : at + 2]
            at += 2
            continue
        if char == "[":
            in_class = True
        elif char == "]":
            in_class = False
        out += r"\Z" if char == "$" and not in_class else char
        at += 1
    return re.compile(out, re.ASCII)


def equals(kind, value, text, is_number):
    """Whether a text, or the source text of a number, equals the right side of `=`."""
    if kind == "regex":
        return value.search(text) is not None
    if kind == "number" and is_number:
        return Decimal(text) == Decimal(value)
    if kind == "text" and "*" in value:
        return wildcard(value, text)
    return value == text


def compares(operator, left, right):
    left, right = Decimal(left), Decimal(right)
    return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[operator]


# --- parsing ------------------------------------------------------------------------------------------------------------------


class Text:
    """A pattern with a position."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def blanks(self):
        while self.text[self.at : self.at + 1] and self.text[self.at] in BLANKS:
            self.at += 1

    def peek(self, literal):
        return self.text.startswith(literal, self.at)

    def take(self, literal):
        self.blanks()
        if not self.peek(literal):
            return False
        self.at += len(literal)
        return True

    def need(self, literal):
        if not self.take(literal):
            raise ValueError(f"`{literal}` is missing at {self.at}")

    def match(self, expression):
        found = re.compile(expression, re.ASCII).match(self.text, self.at)
        if found is None:
            raise ValueError(f"not understood at {self.at}")
        self.at = found.end()
        return found.group()

    def quoted(self):
        """A text in quotes: `\\"` and `\\\\` are escapes, another backslash is itself."""
        out = ""
        self.at += 1
        while True:
            char = self.text[self.at : self.at + 1]
            if char == "":
                raise ValueError("a quote is not closed")
            self.at += 1
            if char == '"':
                return out
            if char == "\\" and self.text[self.at : self.at + 1] in ('"', "\\"):
                char = self.text[self.at]
                self.at += 1
            out += char

    def value(self):
        """The right side of `=` and `!=`."""
        self.blanks()
        if self.peek('"'):
            return "text", self.quoted()
        if self.peek("%"):
            end = self.text.index("%", self.at + 1)
            body = self.text[self.at + 1 : end]
            self.at = end + 1
            return "regex", regex(body)
        word = self.match(r"[A-Za-z0-9_.*+-]+")
        return ("number" if NUMBER.fullmatch(word) else "text"), word

    def choice(self, primary):
        """`||` over `&&` over parentheses and conditions."""
        arms = [self.both(primary)]
        while self.take("||"):
            arms.append(self.both(primary))
        return lambda event: any(arm(event) for arm in arms)

    def both(self, primary):
        arms = [self.single(primary)]
        while self.take("&&"):
            arms.append(self.single(primary))
        return lambda event: all(arm(event) for arm in arms)

    def single(self, primary):
        if self.take("("):
            inner = self.choice(primary)
            self.need(")")
            return inner
        return primary(self)

    def operator(self):
        self.blanks()
        return self.match(r"<=|>=|!=|=|<|>")


# --- JSON patterns ------------------------------------------------------------------------------------------------------------


def selector(text):
    text.need("$")
    steps = []
    while True:
        if text.peek(".['"):
            end = text.text.index("']", text.at)
            steps.append(("key", text.text[text.at + 3 : end]))
            text.at = end + 2
        elif text.peek(".*"):
            text.at += 2
            steps.append(("all", None))
        elif text.peek("."):
            text.at += 1
            steps.append(("key", text.match(r"[A-Za-z0-9_-]+")))
        elif text.peek("[*]"):
            text.at += 3
            steps.append(("all", None))
        elif text.peek("["):
            steps.append(("index", int(text.match(r"\[\d+\]")[1:-1])))
        else:
            return steps


def select(value, steps):
    values = [value]
    for kind, what in steps:
        found = []
        for value in values:
            if kind == "key" and isinstance(value, dict) and what in value:
                found.append(value[what])
            elif kind == "index" and isinstance(value, list) and what < len(value):
                found.append(value[what])
            elif kind == "all" and isinstance(value, (dict, list)):
                found.extend(value.values() if isinstance(value, dict) else value)
        values = found
    return values


def json_condition(text):
    steps = selector(text)
    text.blanks()
    if text.peek("NOT"):
        text.match(r"NOT\s+EXISTS")
        return lambda event: not select(event, steps)
    if text.peek("IS"):
        what = text.match(r"IS\s+(NULL|TRUE|FALSE)").split()[1]
        tests = {
            "NULL": lambda value: value is None or isinstance(value, list) and None in value,
            "TRUE": lambda value: value is True,
            "FALSE": lambda value: value is False,
        }
        return lambda event: any(tests[what](value) for value in select(event, steps))
    operator = text.operator()
    if operator in ("=", "!="):
        kind, right = text.value()

        def holds(value):
            if not isinstance(value, str):
                return False
            return equals(kind, right, value, isinstance(value, Source)) == (operator == "=")

    else:
        text.blanks()
        right = text.match(NUMBER.pattern)

        def holds(value):
            return isinstance(value, Source) and compares(operator, value, right)

    return lambda event: any(holds(value) for value in select(event, steps))


def refuse(name):
    raise ValueError(f"{name} is not JSON")


def json_object(message):
    """The object, or `None` if the whole message is not one."""
    try:
        value = json.loads(message, parse_int=Source, parse_float=Source, parse_constant=refuse)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def json_pattern(pattern):
    text = Text(pattern)
    text.need("{")
    tree = text.choice(json_condition)
    text.need("}")

    def matches(message):
        event = json_object(message)
        return event is not None and tree(event)

    return matches


# --- space-delimited patterns ---------------------------------------------------------------------------------------------------


def column_condition(text):
    text.blanks()
    text.match(r"[A-Za-z0-9_]+")
    operator = text.operator()
    if operator in ("=", "!="):
        kind, right = text.value()
        return lambda token: equals(kind, right, token, bool(NUMBER.fullmatch(token))) == (operator == "=")
    text.blanks()
    right = text.match(NUMBER.pattern)
    return lambda token: bool(NUMBER.fullmatch(token)) and compares(operator, token, right)


def fields(text):
    """Each field is a condition on a token; `None` is the ellipsis."""
    text.need("[")
    if text.take("]"):
        return []
    found = []
    while True:
        text.blanks()
        if text.take("..."):
            found.append(None)
        elif re.compile(r"\s*([A-Za-z0-9_]+\s*)?[,\]]").match(text.text, text.at):
            text.match(r"\s*([A-Za-z0-9_]+\s*)?")
            found.append(lambda token: True)
        else:
            found.append(text.choice(column_condition))
        if text.take("]"):
            return found
        text.need(",")


def tokens(message):
    """The tokens, each with its place."""
    found, at = [], 0
    while True:
        while at < len(message) and message[at] in BLANKS:
            at += 1
        if at == len(message):
            return found
        close = {'"': '"', "[": "]"}.get(message[at])
        end = message.find(close, at + 1) if close else -1
        if end >= 0:
            found.append((at, message[at + 1 : end]))
            at = end + 1
            continue
        start = at
        while at < len(message) and message[at] not in BLANKS:
            at += 1
        found.append((start, message[start:at]))


def space_pattern(pattern):
    all_fields = fields(Text(pattern))
    conditions = [it for it in all_fields if it is not None]

    def matches(message):
        if not all_fields:
            return True
        found = tokens(message)
        texts = [text for _, text in found]
        if not texts or len(texts) < len(conditions):
            return False
        if None in all_fields:
            left = all_fields.index(None)
            right = len(conditions) - left
            texts = texts[:left] + (texts[-right:] if right else [])
        elif len(texts) > len(conditions):
            rest = found[len(conditions) - 1][0]
            texts = texts[: len(conditions) - 1] + [message[rest:].rstrip(BLANKS)]
        return all(condition(text) for condition, text in zip(conditions, texts))

    return matches


# --- terms, and all kinds -------------------------------------------------------------------------------------------------------


def term_pattern(pattern):
    text = Text(pattern)
    required, excluded, optional = [], [], []
    while True:
        text.blanks()
        if text.at == len(pattern):
            break
        into = required
        if text.peek("?") or text.peek("-"):
            into = optional if text.peek("?") else excluded
            text.at += 1
            text.blanks()
        into.append(text.quoted() if text.peek('"') else text.match(r"[A-Za-z0-9_.]+"))

    def matches(message):
        if optional and not required and not excluded:
            return any(term in message for term in optional)
        return all(term in message for term in required) and not any(term in message for term in excluded)

    return matches


def compile_pattern(pattern):
    """A function that tells whether a message matches."""
    if pattern.strip(BLANKS) == "":
        return lambda message: True
    if pattern.startswith("{"):
        return json_pattern(pattern)
    if pattern.startswith("["):
        return space_pattern(pattern)
    if len(pattern) > 1 and pattern.startswith("%") and pattern.endswith("%"):
        expression = regex(pattern[1:-1])
        return lambda message: expression.search(message) is not None
    return term_pattern(pattern)


# --- commands -------------------------------------------------------------------------------------------------------------------


def answers(path):
    """The answers of a certificate; there has to be one."""
    with open(path, encoding="utf-8") as file:
        try:
            found = json.load(file)["answers"]
            for question in [question for answer in found for question in answer["questions"]]:
                question["found"].get("event"), question["matched"], question["unmatched"]
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            sys.exit(f"{path}: not a certificate: {error!r}")
    if not found:
        sys.exit(f"{path}: nothing was evaluated: the certificate has no answers")
    return found


def certificate(path):
    """Checks each event of a certificate; questions without an event are left to `cwfilter check`."""
    wrong, events, others = 0, 0, 0
    for answer in answers(path):
        for number, question in enumerate(answer["questions"], 1):
            event = question["found"].get("event")
            if event is None:
                others += 1
                continue
            events += 1
            for wanted, key in ((True, "matched"), (False, "unmatched")):
                for pattern in question[key]:
                    if compile_pattern(pattern)(event) != wanted:
                        wrong += 1
                        what = "does not match" if wanted else "matches"
                        print(f"{ascii(answer['name'])}: question {number}: {ascii(pattern)} {what} the event")
    print(f"{events} events evaluated, {wrong} wrong; {others} questions have no event and were not checked")
    return wrong == 0


def cases(path):
    """Checks recorded answers; patterns that AWS refuses and disputed answers are left out."""
    wrong, count = 0, 0
    with open(path, encoding="utf-8") as file:
        for line in file:
            case = json.loads(line)
            if case.get("invalid") or case.get("error") or case.get("disputed"):
                continue
            count += 1
            try:
                found = compile_pattern(case["pattern"])(case["message"])
            except ValueError as error:
                found = str(error)
            if found != case["match"]:
                wrong += 1
                print(f"{case['id']}: {ascii(case['pattern'])} on {ascii(case['message'])}: {found}, recorded {case['match']}")
    print(f"{count} cases, {wrong} wrong")
    return wrong == 0


def match(pattern):
    matches = compile_pattern(pattern)
    for line in sys.stdin:
        if matches(line.rstrip("\n")):
            print(line, end="")
    return True


if __name__ == "__main__":
    commands = {"certificate": certificate, "cases": cases, "match": match}
    if len(sys.argv) != 3 or sys.argv[1] not in commands:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(0 if commands[sys.argv[1]](sys.argv[2]) else 1)
