package python

import (
	"strings"
	"testing"
)

func TestRuntimeOf(t *testing.T) {
	for _, tt := range []struct{ dev, codename, want string }{
		{"libpq-dev", "bullseye", "libpq5"},
		{"libpq-dev=15.3-0+deb12u1", "trixie", "libpq5"},
		{"libpq-dev:amd64", "", "libpq5"},
		{"default-libmysqlclient-dev", "bookworm", "libmariadb3"},
		{"libffi-dev", "bullseye", "libffi7"},
		{"libffi-dev", "trixie", "libffi8"},
		{"libffi-dev", "", "?"},
		{"libssl-dev", "bookworm", "libssl3"},
		{"libssl-dev", "trixie", "libssl3"},
		{"libpng-dev", "trixie", "libpng16-16"},
		{"libpng-dev", "", "libpng16-16"},
		{"libcurl4-gnutls-dev", "trixie", "libcurl3-gnutls"},
		{"libcurl4-gnutls-dev", "", "libcurl3-gnutls"},
		{"libgeos-dev", "trixie", "libgeos-c1v5"},
		{"libgeos-dev", "", "libgeos-c1v5"},
		{"libgdal-dev", "bookworm", "libgdal32"},
		{"libicu-dev", "trixie", "libicu76"},
		{"libpcre3-dev", "trixie", "?"},
		{"libeigen3-dev", "trixie", ""},
		{"libboost-all-dev", "bookworm", "?"},
		{"libpq-dev", "buster", "libpq5"},
		{"libreadline-dev", "buster", "?"},
		{"libffi-dev", "buster", "?"},
		{"libpq-dev", "sid", "?"},
		{"libnonsense-dev", "bookworm", "?"},
		{"libmagickwand-dev", "trixie", "libmagickwand-7.q16-10"},
		{"libpango1.0-dev", "bookworm", "libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0"},
	} {
		pkgs, ok := RuntimeOf(tt.dev, tt.codename)
		got := strings.Join(pkgs, " ")
		if !ok {
			got = "?"
		}
		if got != tt.want {
			t.Errorf("%s on %q needs %q, want %q", tt.dev, tt.codename, got, tt.want)
		}
	}
}

func TestAptKind(t *testing.T) {
	for kind, names := range map[Kind]string{
		Build: "gcc g++ gcc-12 g++-10 clang-14 llvm-15-dev build-essential make cmake pkg-config python3-dev python3.11-dev " +
			"libpython3.11-dev libc6-dev linux-headers-amd64 rustc cargo gcc=4:12.2.0-3 software-properties-common python3-pip libtool llvm-dev",
		Dev: "libpq-dev libpq-dev=15.3 libssl-dev:amd64 uuid-dev tk-dev libsomething-dev freetds-dev libmariadb-dev-compat portaudio19-dev",
		Run: "libpq5 libgl1 libgl1-mesa-glx ffmpeg tini gosu procps tzdata postgresql-client postgresql-client-15 fonts-liberation " +
			"tesseract-ocr-deu openjdk-17-jre-headless libssl3t64 binutils texlive-latex-base libmagickwand-7.q16-10 gettext-base",
		Tool:    "curl wget git nodejs npm unzip gettext gnupg xz-utils",
		Unknown: "something python3 python3-numpy apache2 g+",
	} {
		for name := range fields(names) {
			if got := AptKind(name); got != kind {
				t.Errorf("%s is of kind %d, want %d", name, got, kind)
			}
		}
	}
	if !DebianPythonPackage("python3-dev") || !DebianPythonPackage("python3.11-dev") || DebianPythonPackage("libpq-dev") {
		t.Error("Debian's own Python is not told apart")
	}
}

// Every row is usable: its -dev package is of kind Dev, and what it maps to is
// needed at run time.
func TestLibraries(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range libraries {
		if seen[l.dev] {
			t.Errorf("%s is there twice", l.dev)
		}
		seen[l.dev] = true
		if AptKind(l.dev) != Dev {
			t.Errorf("%s is of kind %d", l.dev, AptKind(l.dev))
		}
		for name := range fields(l.bullseye + " " + l.bookworm + " " + l.trixie) {
			if kind := AptKind(name); name != "-" && kind != Run {
				t.Errorf("%s of %s is of kind %d", name, l.dev, kind)
			}
		}
	}
	for name := range fields(busterNames) {
		if name != "-" && !isRuntimeLibrary(name) {
			t.Errorf("%s is in no row", name)
		}
	}
	for pkg, rows := range systemNeeds {
		if pkg != NormalName(pkg) {
			t.Errorf("%s is not normalised", pkg)
		}
		for row := range fields(rows) {
			if strings.HasSuffix(row, "-dev") && libraryOf(row) == nil {
				t.Errorf("%s needs %s, which is no row", pkg, row)
			}
		}
	}
}

func TestInSlim(t *testing.T) {
	for _, codename := range []string{"bullseye", "bookworm", "trixie"} {
		for dev := range fields("libffi-dev libssl-dev zlib1g-dev libbz2-dev liblzma-dev libreadline-dev libsqlite3-dev libgdbm-dev uuid-dev") {
			pkgs, ok := RuntimeOf(dev, codename)
			if !ok || len(pkgs) != 1 || !InSlim(pkgs[0]) {
				t.Errorf("%s on %s: %v is not in slim", dev, codename, pkgs)
			}
		}
	}
	for name := range fields("libpq5 libncurses6 libtk8.6 curl git gcc") {
		if InSlim(name) {
			t.Errorf("%s is in slim", name)
		}
	}
}

func TestFull(t *testing.T) {
	for name := range fields("curl git gcc libpq5 libmagic1 libmagic1t64 libglib2.0-0t64 libmagickwand-7.q16-10 libldap2 libwebp6 libicu76 libpango-1.0-0 libpq-dev procps") {
		if !FullHas(name) {
			t.Errorf("the full image lacks %s", name)
		}
	}
	for name := range fields("libgl1 libgdal32 ffmpeg libssl3 zlib1g tzdata postgresql-client libmemcached11 sqlite3") {
		if FullHas(name) {
			t.Errorf("only the full image has %s", name)
		}
	}
	for cmd, want := range map[string]string{
		"curl": "curl", "git": "git", "ps": "procps", "hg": "mercurial", "svn": "subversion", "ssh": "openssh-client",
		"gpg": "gnupg", "pg_config": "libpq-dev", "mysql_config": "default-libmysqlclient-dev", "convert": "imagemagick",
		"xz": "xz-utils", "unzip": "unzip", "file": "file", "python3": "", "perl": "", "ffmpeg": "",
	} {
		if got, _ := FullCommand(cmd); got != want {
			t.Errorf("%s comes from %q, want %q", cmd, got, want)
		}
	}
	if got := strings.Join(ToolCommands("xz-utils"), " "); got != "lzma unlzma unxz xz xz-utils xzcat" {
		t.Errorf("xz-utils has %s", got)
	}
}

func TestNeedsLibrary(t *testing.T) {
	for _, tt := range []struct{ pkg, codename, want string }{
		{"psycopg2", "bookworm", "libpq5"},
		{"psycopg2-binary", "bookworm", "-"},
		{"Psycopg", "trixie", "libpq5"},
		{"mysqlclient", "bullseye", "libmariadb3"},
		{"python_magic", "trixie", "libmagic1"},
		{"python-ldap", "bookworm", "libldap-2.5-0 libsasl2-2"},
		{"pylibmc", "trixie", ""},
		{"uwsgi", "bookworm", ""},
		{"opencv-python", "bookworm", "libgl1 libglib2.0-0"},
		{"pytesseract", "", "tesseract-ocr"},
		{"GitPython", "", "git"},
		{"lxml", "bookworm", "-"},
		{"requests", "", "-"},
	} {
		pkgs, ok := NeedsLibrary(tt.pkg, tt.codename)
		got := strings.Join(pkgs, " ")
		if !ok {
			got = "-"
		}
		if got != tt.want {
			t.Errorf("%s on %q needs %q, want %q", tt.pkg, tt.codename, got, tt.want)
		}
	}
	if !CompilesAtRunTime("torch") || CompilesAtRunTime("numba") {
		t.Error("torch.compile needs a compiler, numba does not")
	}
}

func TestAlpine(t *testing.T) {
	for dev, want := range map[string]string{
		"postgresql-dev": "libpq", "postgresql16-dev": "libpq", "mariadb-dev": "mariadb-connector-c", "libffi-dev=3.4": "libffi",
		"openssl-dev": "openssl", "jpeg-dev": "libjpeg-turbo", "zlib-dev": "zlib", "eigen-dev": "", "odd-dev": "?",
	} {
		pkgs, ok := AlpineRuntimeOf(dev)
		got := strings.Join(pkgs, " ")
		if !ok {
			got = "?"
		}
		if got != want {
			t.Errorf("%s needs %q, want %q", dev, got, want)
		}
	}
	for kind, names := range map[Kind]string{
		Build: "build-base gcc musl-dev linux-headers python3-dev cargo", Dev: "postgresql-dev libffi-dev odd-dev",
		Run: "libpq libstdc++ tini tini@edge su-exec postgresql16-client font-noto libffi", Tool: "curl git", Unknown: "odd",
	} {
		for name := range fields(names) {
			if got := AlpineKind(name); got != kind {
				t.Errorf("%s is of kind %d, want %d", name, got, kind)
			}
		}
	}
}
