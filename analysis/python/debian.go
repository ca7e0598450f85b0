package python

import (
	"slices"
	"strings"

	"restage/analysis/lazyregexp"
)

// Kind says in which stage an apt or apk package is needed.
type Kind int

// The kinds. An Unknown package is installed in both stages, never dropped. A
// Tool is needed in the final stage only if something there calls it, see
// ToolCommands.
const (
	Unknown Kind = iota
	Build        // compilers, headers of the C library, repository set-up
	Dev          // a -dev package: builder, and its library at run time
	Run          // needed at run time
	Tool         // needed where it is called
)

// AptName is the bare name of a package as apt-get's command line spells it:
// without version ("libpq-dev=15.3"), architecture ("libpq5:amd64") and release
// ("libpq5/bookworm").
func AptName(word string) string {
	if i := strings.IndexAny(word, "=:/"); i > 0 {
		word = word[:i]
	}
	return strings.ToLower(word)
}

// numbered cuts the version out of names such as gcc-12, python3.11-dev and
// openjdk-17-jre-headless.
var (
	compilerVersion = lazyregexp.New(`^(gcc|g\+\+|cpp|gfortran|clang|llvm|autoconf|automake)-?\d+(\.\d+)*(-dev)?$`)
	pythonVersion   = lazyregexp.New(`^(lib)?python\d+(\.\d+)?(-dev|-distutils|-full|-minimal)?$`)
	javaRuntime     = lazyregexp.New(`^openjdk-\d+-jre(-headless)?$`)
)

// buildOnly, runOnly and tools sort the packages that Python images commonly
// install (APT12 has the names; what GeoDjango's ctypes.util.find_library needs
// of binutils makes that a run-time package).
const (
	buildOnly = `
		gcc g++ cpp gfortran build-essential make cmake ninja-build meson pkg-config pkgconf
		autoconf automake autotools-dev libtool libtool-bin m4 bison flex patch patchelf nasm yasm
		swig cython cython3 rustc cargo clang llvm llvm-dev binutils-dev dpkg-dev linux-libc-dev
		libc6-dev libc-dev musl-dev libstdc++-dev python-dev python-dev-is-python3 python3-dev
		python-all-dev python3-all-dev libpython3-dev python3-setuptools python3-wheel python3-pip
		python3-venv python3-distutils python-pip python-setuptools
		apt-transport-https apt-utils software-properties-common lsb-release ccache debhelper
		checkinstall equivs devscripts`
	runOnly = `
		netcat netcat-openbsd netcat-traditional procps iputils-ping dnsutils bind9-dnsutils
		net-tools less vim vim-tiny nano htop tini dumb-init gosu sudo supervisor cron
		openssh-server locales locales-all tzdata ca-certificates fontconfig postgresql-client
		default-mysql-client mariadb-client mysql-client redis-tools sqlite3 unixodbc odbcinst
		tdsodbc odbc-postgresql msodbcsql17 msodbcsql18 mssql-tools mssql-tools18 gdal-bin
		proj-bin binutils libsqlite3-mod-spatialite ffmpeg libgl1 libgl1-mesa-glx libegl1
		libegl1-mesa libglib2.0-0 libsm6 libxext6 libxrender1 imagemagick ghostscript
		poppler-utils tesseract-ocr libmagic1 wkhtmltopdf pandoc libreoffice graphviz espeak
		espeak-ng sox antiword unrtf exiftool libimage-exiftool-perl chromium chromium-driver
		chromium-browser firefox-esr xvfb libnss3 libnspr4 libatk1.0-0 libatk-bridge2.0-0
		libcups2 libdrm2 libgbm1 libxkbcommon0 libxcomposite1 libxdamage1 libxfixes3 libxrandr2
		default-jre default-jre-headless gettext-base libgomp1 libstdc++6 libatomic1
		libgfortran5 libgfortran4 media-types mime-support shared-mime-info nginx nginx-light
		nginx-extras openssl redis-server lsof xmlsec1 unar libjemalloc1 libjemalloc2 libexpat1
		libsasl2-modules-gssapi-mit`
	tools = `
		curl wget git git-core git-lfs gpg gpg-agent mercurial subversion protobuf-compiler nodejs npm yarn unzip zip
		xz-utils bzip2 zstd p7zip-full jq rsync file gettext openssh-client gnupg gnupg1 gnupg2
		dirmngr default-jdk`
)

// runPrefixes begin the names of families of run-time packages.
var runPrefixes = []string{"fonts-", "ttf-", "tesseract-ocr-", "texlive", "libreoffice-", "postgresql-client-", "mariadb-client-", "gir1.2-"}

// AptKind says in which stage a Debian package is needed. A package that no
// table names is Unknown.
func AptKind(pkg string) Kind {
	name := AptName(pkg)
	switch {
	case listed(buildOnly, name), compilerVersion.MatchString(name), pythonVersion.MatchString(name) && strings.HasSuffix(name, "-dev"),
		strings.HasPrefix(name, "linux-headers-"), strings.HasPrefix(name, "libstdc++-") && strings.HasSuffix(name, "-dev"):
		return Build
	case listed(tools, name):
		return Tool
	case strings.HasSuffix(name, "-dev"), libraryOf(name) != nil:
		return Dev
	case listed(runOnly, name), javaRuntime.MatchString(name), isRuntimeLibrary(name):
		return Run
	}
	for _, prefix := range runPrefixes {
		if strings.HasPrefix(name, prefix) {
			return Run
		}
	}
	return Unknown
}

// DebianPythonPackage says that a package brings Debian's own Python or a
// library for it, which the Python of a python image in /usr/local never sees
// (DLP template).
func DebianPythonPackage(pkg string) bool {
	name := AptName(pkg)
	return strings.HasPrefix(name, "python3-") || strings.HasPrefix(name, "python-") || pythonVersion.MatchString(name)
}

// RuntimeOf gives the packages that a -dev package's programs need at run time
// on a Debian release (APT12, T13, PDO, PW). For an unknown release it gives
// the names that all releases accept, and is not sure where they differ. It
// answers false when the table does not know, so that the -dev package itself
// has to be installed; an empty list with true means that nothing is needed.
func RuntimeOf(devPkg, codename string) (pkgs []string, ok bool) {
	lib := libraryOf(AptName(devPkg))
	if lib == nil {
		return nil, false
	}
	var names string
	switch codename {
	case "bullseye":
		names = lib.bullseye
	case "bookworm":
		names = lib.bookworm
	case "trixie":
		names = lib.trixie
	case "buster":
		names = lib.bullseye
		for _, name := range strings.Fields(names) {
			if !listed(busterNames, name) {
				return nil, false
			}
		}
	case "":
		if lib.bullseye != lib.bookworm || lib.bookworm != lib.trixie {
			return nil, false
		}
		names = lib.bookworm
	}
	if names == "" {
		return nil, false
	}
	if names == "-" {
		return nil, true
	}
	return strings.Fields(names), true
}

// OldNames are names of Debian packages as they were before the 64-bit time_t
// transition; trixie's packages still provide them.
func OldNames(names string) string {
	fields := strings.Fields(names)
	for i, name := range fields {
		fields[i] = strings.TrimSuffix(strings.Replace(name, "t64-", "-", 1), "t64")
	}
	return strings.Join(fields, " ")
}

func libraryOf(dev string) *library {
	i := slices.IndexFunc(libraries, func(l library) bool { return l.dev == dev })
	if i < 0 {
		return nil
	}
	return &libraries[i]
}

// isRuntimeLibrary says that some row of the table names it for run time.
func isRuntimeLibrary(name string) bool {
	name = OldNames(name)
	return slices.ContainsFunc(libraries, func(l library) bool {
		return listed(l.bullseye, name) || listed(l.bookworm, name) || listed(OldNames(l.trixie), name)
	})
}

// inSlim are the packages of debian:X-slim with ca-certificates, netbase,
// tzdata and the libraries that CPython links (DLP template), by the names of
// every release; libncurses6 and tk are not among them.
const inSlim = `
	ca-certificates netbase tzdata libffi6 libffi7 libffi8 libssl1.1 libssl3 libssl3t64 zlib1g
	libbz2-1.0 liblzma5 libreadline7 libreadline8 libreadline8t64 libsqlite3-0 libncursesw6
	libtinfo6 libgdbm6 libgdbm6t64 libuuid1 libdb5.3 libdb5.3t64`

// InSlim says that a package is in the slim python images already.
func InSlim(pkg string) bool { return listed(inSlim, AptName(pkg)) }

// listed says whether a list of blank-separated names has the name.
func listed(list, name string) bool {
	for field := range strings.FieldsSeq(list) {
		if field == name {
			return true
		}
	}
	return false
}

// interpreterPackage are the packages that are a Python: python3, python3.11,
// python3-minimal of Debian and Ubuntu, python3 of Alpine.
var interpreterPackage = lazyregexp.New(`^python3(\.\d+)?(-minimal|-full)?$`)

// Interpreter says whether a package of apt or apk brings a Python interpreter
// by itself.
func Interpreter(pkg string) bool { return interpreterPackage.MatchString(AptName(pkg)) }
