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
import sysconfig
import tempfile

# What the python images have beside Python: docker-library/python leaves setuptools and wheel out from 3.12 on.
SEED = ["pip==24.0", "setuptools==65.5.1", "wheel==0.45.1"] if sys.version_info < (3, 12) else ["pip"]
SYSTEM = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"]
ETC = ["ld.so.cache", "ld.so.conf", "ld.so.conf.d", "login.defs", "default", "alternatives", "ssl", "hosts", "nsswitch.conf"]
ACCOUNTS = {
    "passwd": "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    "group": "root:x:0:\nnogroup:x:65534:\n",
    "shadow": "root:*:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n",
    "gshadow": "root:*::\nnogroup:*::\n",
}
# A distribution's Python keeps packages in places of its own; these two make its copy look like that of the python images.
SCHEMES = """

def _get_preferred_schemes():
    return {'prefix': 'posix_prefix', 'home': 'posix_home', 'user': 'posix_user'}
"""
SITE = """import site, sys, sysconfig

if sys.prefix == sys.base_prefix and sysconfig.get_path("purelib") not in sys.path:
    site.addsitedir(sysconfig.get_path("purelib"))
"""


def enter():
    """Start this program again where it may mount; say why when that cannot be."""
    if os.environ.get("RESTAGE_MATRIX_INSIDE"):
        return ""
    if sys.platform != "linux" or not shutil.which("unshare"):
        return "needs Linux and unshare"
    user = [] if os.getuid() == 0 else ["--map-root-user", "--map-auto"]
    unshare = ["unshare", *user, "--mount", "--propagation", "private"]
    script = 'd=$(mktemp -d) && mkdir $d/a $d/b $d/w && mount -t overlay overlay -o lowerdir=$d/a,upperdir=$d/b,workdir=$d/w $d/a; r=$?; umount $d/a; rm -rf $d; exit $r'
    tried = subprocess.run([*unshare, "sh", "-c", script], capture_output=True, text=True)
    if tried.returncode:
        return "cannot mount overlays here, as root or in a user namespace: " + tried.stderr.strip()
    os.environ["RESTAGE_MATRIX_INSIDE"] = "1"
    os.execvp("unshare", [*unshare, sys.executable, *sys.argv])


def base(cache, wheels):
    """The base layer, made when it is not there yet: this Python, copied to /usr/local, with pip from the wheels."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    folder = cache / f"base-{version}"
    root = folder / "root"
    if (folder / "done").exists():
        return root
    shutil.rmtree(folder, ignore_errors=True)
    local, stdlib = root / "usr/local", pathlib.Path(sysconfig.get_path("stdlib"))
    for name in ["root", "etc", "dev", "proc", "sys", "tmp", "run", "opt", "srv", "home", "var", "usr/local/bin"]:
        (root / name).mkdir(parents=True)
    os.chmod(root / "tmp", 0o1777)
    for name in SYSTEM:
        if os.path.islink(f"/{name}"):
            os.symlink(os.readlink(f"/{name}"), root / name)
        elif os.path.isdir(f"/{name}"):
            (root / name).mkdir()
    for name in ETC:
        if os.path.exists(f"/etc/{name}"):
            subprocess.run(["cp", "-a", f"/etc/{name}", str(root / "etc")], stderr=subprocess.DEVNULL)
    for name, text in ACCOUNTS.items():
        (root / "etc" / name).write_text(text)

    leave = shutil.ignore_patterns("site-packages", "dist-packages", "test", "tests", "__pycache__", "EXTERNALLY-MANAGED")
    target = local / f"lib/python{version}"
    shutil.copytree(stdlib, target, symlinks=False, ignore=leave, ignore_dangling_symlinks=True)
    dynamic = pathlib.Path(sysconfig.get_path("platstdlib")) / "lib-dynload"
    if not (target / "lib-dynload").exists():
        shutil.copytree(dynamic, target / "lib-dynload")
    (target / "site-packages").mkdir()
    program = pathlib.Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    shutil.copy2(program, local / f"bin/python{version}")
    for name in ("python", "python3"):
        os.symlink(f"python{version}", local / "bin" / name)
    for library in (program.parent.parent / "lib").glob(f"libpython{version}*.so*"):
        shutil.copy2(library, local / "lib", follow_symlinks=False)
    with open(target / "sysconfig.py" if (target / "sysconfig.py").exists() else target / "sysconfig/__init__.py", "a") as file:
        file.write(SCHEMES)
    (target / "sitecustomize.py").unlink(missing_ok=True)
    (target / "sitecustomize.py").write_text(SITE)
    (root / "etc/ld.so.conf").write_text("/usr/local/lib\n" + (root / "etc/ld.so.conf").read_text())

    machine = Machine(folder)
    os.makedirs(root / "wheels")
    for file in wheels.glob("*.whl"):
        shutil.copy(file, root / "wheels")
    env = {"PATH": PATH, "HOME": "/root", "PYTHONPATH": "/wheels/" + next(wheels.glob("pip-*.whl")).name}
    install = "python -m pip install -q --no-index --root-user-action=ignore --find-links /wheels " + " ".join(SEED)
    layer = machine.run([root], ["sh", "-c", f"ldconfig && {install} && python -m compileall -q /usr/local/lib"], env)
    subprocess.run(["cp", "-a", f"{layer}/.", str(root)], check=True)
    machine.remove()
    shutil.rmtree(root / "wheels")
    (folder / "done").write_text("")
    return root


PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
CHROOT = shutil.which("chroot", path="/usr/sbin:/usr/bin:/sbin:/bin")


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
