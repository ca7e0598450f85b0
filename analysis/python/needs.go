package python

import (
	"slices"
	"strings"
)

// systemNeeds maps PyPI packages to what they need of the system at run time:
// names ending in -dev stand for that row's run-time libraries, the others for
// themselves. They are packages whose distribution brings no copy of the
// library (no wheel, or a wheel that loads the system's with ctypes), or that
// call a program.
var systemNeeds = map[string]string{
	"psycopg2":     "libpq-dev", // psycopg.org/docs/install.html: no Linux wheels
	"psycopg":      "libpq-dev", // unless psycopg-binary or psycopg-c is beside it
	"psycopg-c":    "libpq-dev",
	"psycopg2cffi": "libpq-dev",
	"pygresql":     "libpq-dev",
	"mysqlclient":  "default-libmysqlclient-dev", // no Linux wheels
	"mariadb":      "libmariadb-dev",

	"python-magic": "libmagic-dev", // ctypes
	"file-magic":   "libmagic-dev",
	"pyodbc":       "unixodbc",
	"aioodbc":      "unixodbc",
	"python-ldap":  "libldap2-dev libsasl2-dev", // no wheels
	"pycurl":       "libcurl4-openssl-dev",
	"xmlsec":       "libxmlsec1-dev",
	"gssapi":       "libkrb5-dev",
	"kerberos":     "libkrb5-dev",
	"pykerberos":   "libkrb5-dev",
	"pylibmc":      "libmemcached-dev",
	"plyvel":       "libleveldb-dev",
	"pyaudio":      "portaudio19-dev",
	"sounddevice":  "portaudio19-dev",
	"pyzbar":       "libzbar-dev",
	"pyusb":        "libusb-1.0-0-dev",
	"pybluez":      "libbluetooth-dev",

	"weasyprint":            "libpango1.0-dev libgdk-pixbuf-2.0-dev libcairo2-dev", // doc.courtbouillon.org/weasyprint; cairo and gdk-pixbuf before 53
	"django-weasyprint":     "libpango1.0-dev libgdk-pixbuf-2.0-dev libcairo2-dev",
	"cairosvg":              "libcairo2-dev",
	"cairocffi":             "libcairo2-dev",
	"pycairo":               "libcairo2-dev", // no Linux wheels
	"xhtml2pdf":             "libcairo2-dev",
	"pygobject":             "libgirepository1.0-dev libcairo2-dev",
	"wand":                  "libmagickwand-dev",
	"pygraphviz":            "libgraphviz-dev",
	"graphviz":              "graphviz",
	"pydot":                 "graphviz",
	"gdal":                  "libgdal-dev", // no wheels; fiona and rasterio bundle theirs
	"pyvips":                "libvips-dev",
	"opencv-python":         "libgl1 libglib2.0-dev", // links libGL and glib's threads
	"opencv-contrib-python": "libgl1 libglib2.0-dev",

	"pdf2image":     "poppler-utils",
	"pytesseract":   "tesseract-ocr",
	"ffmpeg-python": "ffmpeg",
	"pydub":         "ffmpeg",
	"pypandoc":      "pandoc",
	"pdfkit":        "wkhtmltopdf",
	"imgkit":        "wkhtmltopdf",
	"gitpython":     "git", // runs git
	"dvc":           "git",
	"mlflow":        "git",
	"pre-commit":    "git",
	"python-gnupg":  "gnupg",
	"tkinterdnd2":   "tk-dev",

	"lightgbm":     "libgomp1",         // lightgbm.readthedocs.io, FAQ: the wheel loads the system's libgomp.so.1
	"pyenchant":    "libenchant-2-dev", // pyenchant.github.io/pyenchant/install.html: ctypes
	"pylibdmtx":    "libdmtx-dev",      // github.com/NaturalHistoryMuseum/pylibdmtx: ctypes
	"zbarlight":    "libzbar-dev",      // github.com/Polyconseil/zbarlight: no wheels
	"pyscard":      "libpcsclite-dev",  // github.com/LudovicRousseau/pyscard, INSTALL
	"pycups":       "libcups2-dev",     // github.com/OpenPrinting/pycups: no wheels
	"pdftotext":    "libpoppler-cpp-dev",
	"pyfluidsynth": "libfluidsynth-dev", // github.com/nwhitehead/pyfluidsynth: ctypes
	"python-mpv":   "libmpv-dev",        // github.com/jaseg/python-mpv: ctypes
	"mpv":          "libmpv-dev",
	"python-vlc":   "libvlc5",          // wiki.videolan.org/Python_bindings: ctypes
	"libusb1":      "libusb-1.0-0-dev", // github.com/vpelletier/python-libusb1: ctypes
	"fusepy":       "libfuse-dev",      // github.com/fusepy/fusepy: ctypes
	"ghostscript":  "libgs-dev",        // pypi.org/project/ghostscript: ctypes
	"pcapy-ng":     "libpcap0.8-dev",   // no wheels

	"ocrmypdf":          "tesseract-ocr ghostscript", // ocrmypdf.readthedocs.io, installation
	"openai-whisper":    "ffmpeg",                    // github.com/openai/whisper, setup
	"speechrecognition": "flac",                      // github.com/Uberi/speech_recognition, requirements
	"python-nmap":       "nmap",
	"pyshark":           "tshark",
	"oct2py":            "octave",
	"pyspark":           "default-jre-headless", // spark.apache.org/docs: needs Java
	"tabula-py":         "default-jre-headless",
	"jpype1":            "default-jre-headless",
	"konlpy":            "default-jre-headless",
}

// doubtfulNeeds are packages without wheels that link what they find when they
// are built, so that no table can tell what they need.
const doubtfulNeeds = `
	uwsgi python-snappy rocksdb python-rocksdb secp256k1 dbus-python systemd-python cx-oracle
	pyside2 python-apt m2crypto pysqlcipher3 libvirt-python`

// SystemLibraries gives the rows of the table for a PyPI package: -dev names
// for libraries, other names for programs.
func SystemLibraries(pypiPackage string) []string {
	return strings.Fields(systemNeeds[NormalName(pypiPackage)])
}

// NeedsLibrary says which apt packages a PyPI package needs at run time that a
// slim image lacks, on a Debian release. It answers false for a package that
// needs none as far as the table knows. True without packages means that it
// needs something that cannot be named for that release.
func NeedsLibrary(pkg, codename string) (pkgs []string, ok bool) {
	name := NormalName(pkg)
	if listed(doubtfulNeeds, name) {
		return nil, true
	}
	rows := SystemLibraries(name)
	for _, row := range rows {
		if !strings.HasSuffix(row, "-dev") {
			pkgs = append(pkgs, row)
			continue
		}
		libs, known := RuntimeOf(row, codename)
		if !known {
			return nil, true
		}
		pkgs = append(pkgs, libs...)
	}
	return pkgs, len(rows) > 0
}

// NeededLibraries are the run-time packages that some row of the table needs,
// by the names of all releases, sorted.
func NeededLibraries() []string {
	var out []string
	for _, rows := range systemNeeds {
		for row := range strings.FieldsSeq(rows) {
			if lib := libraryOf(row); lib != nil {
				out = append(out, strings.Fields(OldNames(lib.bullseye+" "+lib.bookworm+" "+lib.trixie))...)
			} else {
				out = append(out, row)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// carriesLibrary are packages that some release of brings a copy of its library
// in wheels for Linux, so that without the lock file's list of wheels nobody
// knows whether it needs the system's.
const carriesLibrary = `pycurl xmlsec plyvel pyodbc aioodbc mariadb pylibmc pyscard pcapy-ng`

// loadsOutside are packages whose wheels for Linux load a library of the
// system all the same: one that manylinux lets them (libGL, glib: PEP 513), or
// libgomp.
const loadsOutside = `opencv-python opencv-contrib-python lightgbm`

// Wheels is what a lock file says of a package's wheels.
type Wheels struct {
	// Known says that the lock file lists its files; Linux that one of them is a
	// wheel built for Linux.
	Known, Linux bool
}

// Loads says which apt packages a PyPI package loads when it is imported, on a
// Debian release that has no other name for them than the table; nil where it
// loads none, may bring its own copy, or the names are not known. GitPython
// looks for the program git when it is imported (gitpython.readthedocs.io).
func Loads(pkg, codename string, wheels Wheels) []string {
	name := NormalName(pkg)
	if name == "gitpython" {
		return []string{"git"}
	}
	if wheels.Linux && !listed(loadsOutside, name) || !wheels.Known && listed(carriesLibrary, name) {
		return nil
	}
	var out []string
	for _, row := range SystemLibraries(name) {
		switch {
		case strings.HasSuffix(row, "-dev"):
			libs, known := RuntimeOf(row, codename)
			if !known {
				return nil
			}
			out = append(out, libs...)
		case strings.HasPrefix(row, "lib"), row == "unixodbc":
			out = append(out, row)
		}
	}
	return out
}

// AptGives says whether an apt package brings another one along or is that one
// itself; known is false for packages of no table, which may bring anything.
func AptGives(pkg, wanted string) (gives, known bool) {
	name, wanted := OldNames(AptName(pkg)), OldNames(wanted)
	brings, known := aptBrings[name]
	return name == wanted || listed(brings, wanted), known || name == wanted
}

// Replaces gives the packages whose presence makes a package's system library
// unnecessary, because they bring their own copy: psycopg with psycopg-binary.
func Replaces(pkg string) []string {
	switch NormalName(pkg) {
	case "psycopg":
		return []string{"psycopg-binary", "psycopg-c"}
	case "pyvips":
		return []string{"pyvips-binary"}
	}
	return nil
}

// CompilesAtRunTime says that a package may call a C compiler while the
// program runs, so that a slim image can break it: torch.compile and triton
// (pytorch.org/docs), PyTensor and its ancestors, DeepSpeed's and KeOps' JIT.
func CompilesAtRunTime(pkg string) bool {
	switch NormalName(pkg) {
	case "torch", "triton", "pytensor", "aesara", "theano", "theano-pymc", "pymc", "pymc3",
		"deepspeed", "pykeops", "brian2", "pystan", "cmdstanpy", "cppyy":
		return true
	}
	return false
}

// NormalName is a package name as PEP 503 normalises it.
func NormalName(name string) string {
	if normal(name) {
		return name
	}
	var b strings.Builder
	dash := false
	for _, r := range strings.ToLower(strings.TrimSpace(name)) {
		if r == '-' || r == '_' || r == '.' {
			dash = true
			continue
		}
		if dash {
			b.WriteByte('-')
			dash = false
		}
		b.WriteRune(r)
	}
	if dash {
		b.WriteByte('-')
	}
	return b.String()
}

// normal says that a name is of lower case letters, digits and single dashes.
func normal(name string) bool {
	for i := range len(name) {
		c := name[i]
		if c == '-' && i > 0 && name[i-1] == '-' || c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
