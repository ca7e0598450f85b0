package python

import (
	"slices"
	"strconv"
	"strings"
)

// WheelFits says whether pip takes a wheel on Linux, on a Python and with a C
// library, whatever the processor and however old the C library: by the tags
// in its name (packaging.python.org, "Platform compatibility tags"). A Python
// that is not known takes all.
func WheelFits(file string, py Version, musl bool) bool {
	name, ok := strings.CutSuffix(file, ".whl")
	parts := strings.Split(name, "-")
	if !ok || len(parts) < 5 {
		return false
	}
	tags := parts[len(parts)-3:]
	libc := []string{"manylinux", "linux_"}
	if musl {
		libc = []string{"musllinux"}
	}
	platform := slices.ContainsFunc(strings.Split(tags[2], "."), func(p string) bool {
		return p == "any" || slices.ContainsFunc(libc, func(l string) bool { return strings.HasPrefix(p, l) })
	})
	return platform && slices.ContainsFunc(strings.Split(tags[0], "."), func(tag string) bool { return interpreterFits(tag, tags[1], py) })
}

// interpreterFits says whether an interpreter tag is for CPython of that version.
func interpreterFits(tag, abi string, py Version) bool {
	if py.Parts < 2 {
		return true
	}
	kind, number := strings.TrimRight(tag, "0123456789"), strings.TrimLeft(tag, "abcdefghijklmnopqrstuvwxyz")
	if kind != "py" && kind != "cp" || number == "" || number[0] != '0'+byte(py.Major) {
		return false
	}
	if len(number) == 1 {
		return true
	}
	minor, err := strconv.Atoi(number[1:])
	if err != nil {
		return false
	}
	return minor == py.Minor || minor < py.Minor && (kind == "py" || abi == "abi3")
}

// PureWheel says whether a wheel has nothing compiled in it.
func PureWheel(file string) bool { return strings.HasSuffix(file, "-none-any.whl") }

// compiledAlways are packages whose every release of the last years has compiled
// modules that it does not work without (no "none-any" wheel among the files of
// each on pypi.org).
const compiledAlways = `
	asyncpg bcrypt cffi confluent-kafka cryptography duckdb gevent greenlet grpcio h5py httptools llvmlite lxml
	matplotlib mysqlclient numba numpy onnxruntime opencv-python opencv-python-headless orjson pandas pillow polars
	psutil psycopg-binary psycopg2 psycopg2-binary pyarrow pycryptodome pydantic-core pymupdf pynacl pyodbc python-ldap
	pyzmq rapidfuzz rpds-py safetensors scikit-learn scipy shapely tensorflow tiktoken tokenizers torch ujson uvloop uwsgi`

// CompiledAlways says that a package works only with compiled modules.
func CompiledAlways(pkg string) bool { return listed(compiledAlways, NormalName(pkg)) }

// LinksSystemLibraries says that a package has no wheels for Linux, so that it
// is compiled where it is installed (psycopg.org/docs/install.html and each
// project's files on pypi.org).
func LinksSystemLibraries(pkg string) bool {
	switch NormalName(pkg) {
	case "psycopg2", "mysqlclient", "python-ldap", "pycairo", "pygraphviz", "gdal", "uwsgi", "gssapi":
		return true
	}
	return false
}

// DebianOrder numbers Debian's releases, the older one lower; 0 is not known.
func DebianOrder(codename string) int {
	return 1 + slices.Index([]string{"wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "forky"}, codename)
}
