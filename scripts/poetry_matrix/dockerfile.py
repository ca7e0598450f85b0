"""Reading a Dockerfile: instructions with their flags, and the words of their values."""

import json
import re
import shlex


class Unsupported(Exception):
    """The Dockerfile says something that this small builder does not know."""


class Instruction:
    def __init__(self, text):
        name, _, rest = text.strip().partition(" ")
        self.name, self.flags, rest = name.upper(), [], rest.strip()
        while self.name in ("FROM", "COPY", "RUN") and (flag := re.match(r"--([a-z-]+)(?:=(\S*))?\s+", rest)):
            self.flags.append((flag[1], flag[2] or ""))
            rest = rest[flag.end():]
        self.rest = rest

    def flag(self, name, default=None):
        return dict(self.flags).get(name, default)

    def mounts(self):
        """The options of each --mount, as dictionaries."""
        for name, value in self.flags:
            if name == "mount":
                yield {k: v for k, _, v in (part.partition("=") for part in value.split(","))}

    def command(self):
        """The program and its arguments: the JSON form, or sh -c."""
        words = self.array()
        return words if words is not None else ["/bin/sh", "-c", self.rest]

    def array(self):
        try:
            words = json.loads(self.rest)
        except ValueError:
            return None
        return words if isinstance(words, list) else None

    def words(self):
        words = self.array()
        return words if words is not None else self.rest.split()

    def pairs(self):
        """The NAME=value pairs of ENV, ARG and LABEL, value None for an ARG without one."""
        if self.name == "ENV" and "=" not in self.rest.split()[0]:
            name, _, value = self.rest.partition(" ")
            return [(name, value.strip())]
        parts = (word.partition("=") for word in shlex.split(self.rest))
        return [(name, value if equals else None) for name, equals, value in parts]


def parse(text):
    """The instructions of a Dockerfile, comments and continuations gone."""
    instructions, held = [], ""
    for line in text.splitlines():
        if line.lstrip().startswith("#") or (not held and not line.strip()):
            continue
        if line.rstrip().endswith("\\"):
            held += line.rstrip()[:-1]
            continue
        instruction, held = Instruction(held + line), ""
        if re.search(r"<<-?\w", instruction.rest):
            raise Unsupported(f"a heredoc: {instruction.rest}")
        instructions.append(instruction)
    return instructions


VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?:(:[-+])([^}]*))?\})")


def expand(text, values):
    """Text with $NAME, ${NAME}, ${NAME:-default} and ${NAME:+other} replaced, as the builder does it."""

    def value(match):
        found = values.get(match[1] or match[2]) or ""
        if match[3] == ":-":
            return found or match[4]
        if match[3] == ":+":
            return match[4] if found else ""
        return found

    return VARIABLE.sub(value, text)
