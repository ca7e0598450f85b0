"""The package index that projects install from: tiny wheels made here, served from 127.0.0.1."""

import base64
import hashlib
import html
import http.server
import threading
import zipfile

WHEELS = {  # name: requirements
    "tiny-main": ["tiny-deep"],
    "tiny-deep": [],
    "tiny-dev": [],
    "tiny-prod": [],
    "tiny-extra": [],
}


def wheel(folder, name, requires=(), code=None, script=""):
    """Write the wheel of a package with one module; script is the function that its console script calls."""
    module, info = name.replace("-", "_"), name.replace("-", "_") + "-1.0.dist-info"
    files = {
        f"{module}.py": code or f"name = {name!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nSummary: tiny\n"
        + "".join(f"Requires-Dist: {r}\n" for r in requires),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: restage\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if script:
        files[f"{info}/entry_points.txt"] = f"[console_scripts]\n{name} = {module}:{script}\n"
    record = "".join(f"{path},sha256={digest(text)},{len(text)}\n" for path, text in files.items())
    files[f"{info}/RECORD"] = record + f"{info}/RECORD,,\n"
    with zipfile.ZipFile(folder / f"{module}-1.0-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), text)  # no time: the same wheel, and the same lock, on every run


def digest(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def serve(*indexes):
    """Serve each list of folders as a simple index; the URLs, in that order."""
    server = Server(("127.0.0.1", 0), Handler)
    server.indexes = [{f.name: f for folder in folders for f in sorted(folder.glob("*.whl"))} for folders in indexes]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return [f"http://127.0.0.1:{server.server_port}/{n}/simple/" for n in range(len(indexes))]


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *args):  # Poetry hangs up on connections that it keeps alive
        pass


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        _, number, kind, name, *_ = self.path.split("?")[0].split("/") + ["", "", ""]
        files = self.server.indexes[int(number)] if number.isdigit() and int(number) < len(self.server.indexes) else {}
        if kind == "simple" and (links := [self.link(number, f) for f in files.values() if belongs(f, name)]):
            self.reply(200, f"<!DOCTYPE html><html><body>\n{''.join(links)}</body></html>\n".encode(), "text/html")
        elif kind == "files" and name in files:
            self.reply(200, files[name].read_bytes(), "application/octet-stream")
        else:
            self.reply(404, b"", "text/html")

    def link(self, number, file):
        sha = hashlib.sha256(file.read_bytes()).hexdigest()
        return f'<a href="/{number}/files/{html.escape(file.name)}#sha256={sha}">{file.name}</a>\n'

    def reply(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *args):
        pass


def belongs(file, name):
    """Whether the wheel is of the package; names are compared as PEP 503 says."""
    plain = lambda text: text.lower().replace("_", "-").replace(".", "-")
    return plain(file.name.split("-")[0]) == plain(name)
