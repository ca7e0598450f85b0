"""Building a Dockerfile step by step on a Machine, and running what the image runs."""

import contextlib
import dataclasses
import glob
import hashlib
import os
import posixpath
import re
import subprocess

from .dockerfile import Unsupported, expand, parse
from .machine import PATH, Failed

POETRY = re.compile(r'pip install (?:--no-cache-dir )?"?poetry==[\w.]+"?')
NOTHING = {"EXPOSE", "LABEL", "STOPSIGNAL", "HEALTHCHECK", "VOLUME", "MAINTAINER"}


@dataclasses.dataclass
class Image:
    layers: list
    env: dict
    workdir: str = "/"
    user: str = ""
    entrypoint: list = dataclasses.field(default_factory=list)
    command: list = dataclasses.field(default_factory=lambda: ["python3"])
    key: str = ""
    untouched: bool = True  # nothing ran yet that may have changed Python

    def copy(self):
        return dataclasses.replace(self, layers=list(self.layers), env=dict(self.env))


class Builder:
    """Builds on one base image, a list of layers; outside are variables that every step gets, as a daemon's network would be there."""

    def __init__(self, machine, base, outside):
        self.machine, self.outside = machine, outside
        self.base = Image(base, {"PATH": PATH, "LANG": "C.UTF-8"})
        self.done = {}  # like a build cache: key of a step -> layer

    def build(self, text, context, caches):
        """The image of the last stage. caches is the folder of the cache mounts, context a folder."""
        self.context, self.caches, stages, ahead = context, caches, {}, {}
        image, arguments = None, {}
        for step in parse(text):
            if step.name == "ARG" and image is None:
                ahead.update({name: expand(value or "", ahead) for name, value in step.pairs()})
            elif step.name == "FROM":
                words = expand(step.rest, ahead).split()
                image, arguments = stages.get(words[0].lower(), self.base).copy(), {}
                names = [str(len({id(s) for s in stages.values()}))] + ([words[2].lower()] if len(words) == 3 else [])
                stages.update(dict.fromkeys(names, image))
            elif step.name == "ARG":
                for name, value in step.pairs():
                    arguments[name] = ahead.get(name, "") if value is None else expand(value, {**arguments, **image.env})
            else:
                self.step(step, image, {**arguments, **image.env}, stages)
        return image

    def step(self, step, image, values, stages):
        if step.name == "ENV":
            image.env.update({name: expand(value, values) for name, value in step.pairs()})
        elif step.name == "WORKDIR":
            image.workdir = posixpath.join(image.workdir, expand(step.rest, values))
            self.cached(image, ["mkdir", "-p", image.workdir], values, "/")
        elif step.name == "USER":
            image.user = expand(step.rest, values)
        elif step.name == "CMD":
            image.command = step.command()
        elif step.name == "ENTRYPOINT":
            image.entrypoint, image.command = step.command(), []
        elif step.name == "RUN":
            self.cached(image, step.command(), values, image.workdir, image.user, list(step.mounts()), stages)
        elif step.name == "COPY":
            self.copy(step, image, values, stages)
        elif step.name not in NOTHING:
            raise Unsupported(step.name)

    def cached(self, image, command, values, cwd, user="", mounts=(), stages=None):
        """Run the command over the image, unless the same was run over the same before, as a builder's cache does.

        Installing Poetry into an untouched Python gives the same layer whatever was copied before; it is made once.
        """
        said = expand(command[-1], values)
        poetry = image.untouched and POETRY.fullmatch(said)
        if poetry:
            key = said.replace('"', "")
        else:
            sees = self.caches if any("cache" != m.get("type") for m in mounts) else ""
            key = repr([image.key, command, sorted(values.items()), cwd, user, [sorted(m.items()) for m in mounts], str(sees)])
        if key not in self.done:
            env = {"HOME": self.home(user), **self.outside, **values}
            with self.binds(mounts, image, values, stages) as binds:
                self.done[key] = self.machine.run(image.layers, command, env, cwd, user, binds)
        image.layers.append(self.done[key])
        image.key = hashlib.sha256((image.key + key).encode()).hexdigest()
        image.untouched = image.untouched and (bool(poetry) or command[0] == "mkdir")

    def home(self, user):
        return f"/home/{user}" if user not in ("", "root", "0") else "/root"

    @contextlib.contextmanager
    def binds(self, mounts, image, values, stages):
        """The mounts of a RUN as folders; a cache has its folder for the whole build."""
        binds = []
        with contextlib.ExitStack() as stack:
            for mount in mounts:
                target = mount.get("target") or mount.get("dst") or mount.get("destination")
                target = posixpath.join(image.workdir, expand(target, values))
                kind = mount.get("type", "bind")
                if kind == "cache":
                    folder = self.caches / hashlib.sha256(mount.get("id", target).encode()).hexdigest()[:8]
                    folder.mkdir(parents=True, exist_ok=True)
                    binds.append((folder, target, False))
                elif kind == "bind":
                    source = mount.get("source") or mount.get("src") or "."
                    other = stages[mount["from"].lower()].layers if "from" in mount else None
                    root = stack.enter_context(self.machine.mounted(other)) if other else self.context
                    binds.append((root / source.lstrip("/"), target, True))
                else:
                    raise Unsupported(f"--mount=type={kind}")
            yield binds

    def copy(self, step, image, values, stages):
        *sources, target = [expand(word, values) for word in step.words()]
        folder = target.endswith("/") or target == "." or len(sources) > 1
        target = posixpath.normpath(posixpath.join(image.workdir, target))
        upper = self.machine.new("u")
        with self.machine.mounted(image.layers, upper) as root:
            name = step.flag("from")
            if name is None:
                self.place(self.context, sources, root, target, folder, step.flag("chown"))
            elif name.lower() in stages:
                with self.machine.mounted(stages[name.lower()].layers) as other:
                    self.place(other, sources, root, target, folder, step.flag("chown"))
            else:
                raise Unsupported(f"COPY --from={name}")
        image.layers.append(upper)
        image.key = str(upper)  # what was copied is not looked at: no later step is taken from the cache

    def place(self, source, sources, root, target, folder, owner):
        found = []
        for pattern in (str(source / s.lstrip("/")) for s in sources):
            found += sorted(glob.glob(pattern)) if glob.has_magic(pattern) else [pattern]
        target = root / target.lstrip("/")
        own = ["--no-preserve=ownership"] if owner else []
        copied = []
        for path in found:
            if os.path.isdir(path):
                target.mkdir(parents=True, exist_ok=True)
                self.shell("cp", "-a", *own, path + "/.", str(target))
                copied += [target / name for name in os.listdir(path)] + [target]
            else:
                to = target / os.path.basename(path) if folder or target.is_dir() else target
                to.parent.mkdir(parents=True, exist_ok=True)
                self.shell("cp", "-a", *own, path, str(to))
                copied.append(to)
        if owner and copied:
            self.shell("chroot", str(root), "chown", "-R", owner, *("/" + str(p.relative_to(root)) for p in copied))

    def shell(self, *command):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise Failed(list(command), done.returncode, done.stderr)

    def start(self, image):
        """Run the image as it runs by itself; what it printed."""
        env = {"HOME": self.home(image.user), **image.env}
        with self.machine.mounted(image.layers) as root:
            return self.machine.call(root, image.entrypoint + image.command, env, image.workdir, image.user)
