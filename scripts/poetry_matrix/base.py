"""The base layer of all images: a folder that looks like a python image, with a copy of the Python that runs this."""

import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig

from .machine import PATH, SYSTEM, Machine

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
# What the python images have beside Python: docker-library/python leaves setuptools and wheel out from 3.12 on.
SEED = ["pip==24.0", "setuptools==65.5.1", "wheel==0.45.1"] if sys.version_info < (3, 12) else ["pip"]
ETC = ["ld.so.cache", "ld.so.conf", "ld.so.conf.d", "login.defs", "default", "alternatives", "ssl", "hosts", "nsswitch.conf"]
ACCOUNTS = {
    "passwd": "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    "group": "root:x:0:\nnogroup:x:65534:\n",
    "shadow": "root:*:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n",
    "gshadow": "root:*::\nnogroup:*::\n",
}
# A distribution's Python keeps packages in places of its own; these two make its copy look like that of the python images.
SCHEMES = """def _get_preferred_schemes():
    return {'prefix': 'posix_prefix', 'home': 'posix_home', 'user': 'posix_user'}


def _get_schemes_of_the_distribution():"""
SITE = """import site, sys, sysconfig

if sys.prefix == sys.base_prefix and sysconfig.get_path("purelib") not in sys.path:
    site.addsitedir(sysconfig.get_path("purelib"))
"""


def base(cache, wheels):
    """The folder of the base layer, made when it is not there yet; the wheels have pip and what else is seeded."""
    folder = cache / f"base-{PYTHON}"
    root = folder / "root"
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        system(root)
        python(root / "usr/local")
        seed(folder, root, wheels)
        (folder / "done").write_text("")
    return root


def system(root):
    """The folders of a system, and of /etc what programs ask for; accounts are few and always the same."""
    for name in ["root", "etc", "dev", "proc", "sys", "tmp", "run", "opt", "srv", "home", "var", "usr/local/bin"]:
        (root / name).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
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
    libraries = root / "etc/ld.so.conf"
    libraries.write_text("/usr/local/lib\n" + (libraries.read_text() if libraries.exists() else ""))


def python(local):
    """Copy the running Python's program, library and modules, without what was installed into it."""
    library = local / f"lib/python{PYTHON}"
    leave = shutil.ignore_patterns("site-packages", "dist-packages", "test", "tests", "__pycache__", "EXTERNALLY-MANAGED")
    shutil.copytree(sysconfig.get_path("stdlib"), library, ignore=leave, ignore_dangling_symlinks=True)
    if not (library / "lib-dynload").exists():
        shutil.copytree(pathlib.Path(sysconfig.get_path("platstdlib")) / "lib-dynload", library / "lib-dynload")
    (library / "site-packages").mkdir()
    program = pathlib.Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    shutil.copy2(program, local / f"bin/python{PYTHON}")
    for name in ("python", "python3"):
        os.symlink(f"python{PYTHON}", local / "bin" / name)
    for shared in (program.parent.parent / "lib").glob(f"libpython{PYTHON}*.so*"):
        shutil.copy2(shared, local / "lib", follow_symlinks=False)

    schemes = library / "sysconfig.py"
    schemes = schemes if schemes.exists() else library / "sysconfig/__init__.py"
    schemes.write_text(schemes.read_text().replace("def _get_preferred_schemes():", SCHEMES))
    (library / "sitecustomize.py").unlink(missing_ok=True)
    (library / "sitecustomize.py").write_text(SITE)


def seed(folder, root, wheels):
    """Install pip and its like, and compile everything, so that no step has to."""
    shutil.copytree(wheels, root / "wheels")
    env = {"PATH": PATH, "HOME": "/root", "PYTHONPATH": "/wheels/" + next(wheels.glob("pip-*.whl")).name}
    install = "python -m pip install -q --no-index --root-user-action=ignore --find-links /wheels " + " ".join(SEED)
    machine = Machine(folder)
    layer = machine.run([root], ["sh", "-c", f"ldconfig && {install} && python -m compileall -q /usr/local/lib"], env)
    subprocess.run(["cp", "-a", f"{layer}/.", str(root)], check=True)
    machine.remove()
    shutil.rmtree(root / "wheels")
