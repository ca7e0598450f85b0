"""A stand-in for container images without Docker: folders laid over one another and entered with chroot.

An image is a list of layers, folders of which the first is the base: a Python of its own in /usr/local, as in the python
images. Each step is run over a new layer; the host's /usr is seen read-only below it. It takes root, or a user
namespace with more than one user, to mount all this.
"""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SYSTEM = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"]
PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
CHROOT = shutil.which("chroot", path="/usr/sbin:/usr/bin:/sbin:/bin")


# Whether overlays can be mounted, with their layers in the folder $0.
TRY = """d=$(mktemp -d -p "$0") && cd "$d" && mkdir a b w && mount -t overlay overlay -o lowerdir=a,upperdir=b,workdir=w a
r=$?; umount "$d/a"; rm -rf "$d"; exit $r"""


def enter(folder):
    """Start this program again where it may mount layers that lie in the folder; say why when that cannot be."""
    if os.environ.get("RESTAGE_MATRIX_INSIDE"):
        return ""
    missing = [name for name in ("unshare", "git", "go") if not shutil.which(name)]
    if sys.platform != "linux" or missing:
        return "needs Linux, unshare, git and go" + (": no " + ", ".join(missing) if missing else "")
    user = [] if os.getuid() == 0 else ["--map-root-user", "--map-auto"]
    unshare = ["unshare", *user, "--mount", "--propagation", "private"]
    tried = subprocess.run([*unshare, "sh", "-c", TRY, str(folder)], capture_output=True, text=True)
    if tried.returncode:
        return "cannot mount overlays here, as root or in a user namespace: " + tried.stderr.strip()
    os.environ["RESTAGE_MATRIX_INSIDE"] = "1"
    os.execvp("unshare", [*unshare, sys.executable, *sys.argv])


class Failed(Exception):
    """A command of a build did not succeed; output is what it printed."""

    def __init__(self, command, code, output):
        self.command, self.code = command, code
        self.output = re.sub(r"\x1b\[[0-9;]*m", "", output)
        super().__init__(f"{' '.join(command)}: exit {code}\n{self.output}")


class Machine:
    """Runs commands over images; its layers lie in a folder of its own below parent."""

    def __init__(self, parent):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="m", dir=parent))

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def new(self, kind):
        """A new folder; other users may look into it, for a layer's mode is that of the root it is seen through."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix=kind, dir=self.folder))
        folder.chmod(0o755)
        return folder

    @contextlib.contextmanager
    def mounted(self, layers, upper=None, binds=()):
        """Mount layers as one root; writes go to upper. binds are (folder, path in the root, read-only)."""
        root, mounts = self.new("r"), []

        def mount(*arguments):
            subprocess.run(["mount", *map(str, arguments)], check=True, capture_output=True)
            mounts.append(str(arguments[-1]))

        lower = ":".join(str(layer) for layer in reversed(layers))
        upper = upper or self.new("x")
        try:
            mount("-t", "overlay", "overlay", "-o", f"lowerdir={lower},upperdir={upper},workdir={self.new('w')}", root)
            local = self.new("l")
            mount("--bind", root / "usr/local", local)
            for name in ["usr"] + [n for n in SYSTEM if os.path.isdir(f"/{n}") and not os.path.islink(f"/{n}")]:
                mount("--rbind", "-o", "ro", f"/{name}", root / name)
            mount("--bind", local, root / "usr/local")
            for name in ("proc", "dev"):
                mount("--rbind", f"/{name}", root / name)
            for folder, path, read_only in binds:
                target = root / path.lstrip("/")
                if os.path.isdir(folder):
                    target.mkdir(parents=True, exist_ok=True)
                else:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.touch()
                mount("--bind", *(["-o", "ro"] if read_only else []), folder, target)
            yield root
        finally:
            for path in reversed(mounts):
                subprocess.run(["umount", "-l", path], check=True)

    def run(self, layers, command, env, cwd="/", user="", binds=()):
        """The layer that the command wrote over the others. Raises Failed."""
        upper = self.new("u")
        with self.mounted(layers, upper, binds) as root:
            self.call(root, command, env, cwd, user)
        return upper

    def call(self, root, command, env, cwd="/", user=""):
        who = ["--userspec=" + user] if user else []
        enter = [CHROOT, *who, str(root), "/bin/sh", "-c", 'cd "$0" && exec "$@"', cwd, *command]
        done = subprocess.run(enter, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        output = done.stdout.decode(errors="replace")
        if done.returncode:
            raise Failed(command, done.returncode, output)
        return output
