package python

import (
	"slices"
	"strings"
)

// LivingCodename is the oldest Debian release that is supported and for which
// docker-library built the Python of an image that stands on an older one; where
// that Python was built for no supported release, bullseye, which has mirrors
// still. py is the version that the new tag has to name: a moving tag such as
// "3-buster" stopped at the Python of its last day. reason is not empty when
// there is none.
func LivingCodename(img Image) (codename string, py Version, reason string) {
	py = img.Python
	if py.Parts < 2 {
		if img.Codename != "buster" || py.Parts == 1 && py.Major != 3 {
			return "", py, "which Python " + img.Ref + " has cannot be told from its tag"
		}
		py = V(3, 11) // current when buster was dropped (DLP git 9a7a5407)
	}
	for _, era := range codenameEras {
		if py.Major != 3 || era.minor != py.Minor {
			continue
		}
		switch {
		case py.Pre != "":
		case py.Parts == 2 && era.bookworm >= 0, py.Parts == 3 && era.bookworm >= 0 && py.Patch >= era.bookworm:
			return "bookworm", py, ""
		case py.Parts == 2 && era.bullseye >= 0, py.Parts == 3 && era.bullseye >= 0 && py.Patch >= era.bullseye:
			return "bullseye", py, ""
		}
	}
	return "", py, "Python " + py.String() + " was never built for a Debian release that still has mirrors"
}

// renamed are packages of old releases with their names in bullseye and
// bookworm (tracker.debian.org; bookworm's by APT12); "" where there is none.
var renamed = map[string][2]string{
	"libffi6": {"libffi7", "libffi8"}, "libreadline7": {"libreadline8", "libreadline8"}, "libicu63": {"libicu67", "libicu72"},
	"libgdal20": {"libgdal28", "libgdal32"}, "libproj13": {"libproj19", "libproj25"}, "libssl1.1": {"libssl1.1", "libssl3"},
	"libtiff5": {"libtiff5", "libtiff6"}, "libwebp6": {"libwebp6", "libwebp7"}, "libldap-2.4-2": {"libldap-2.4-2", "libldap-2.5-0"},
	"libavcodec58": {"libavcodec58", "libavcodec59"}, "libavformat58": {"libavformat58", "libavformat59"}, "libswscale5": {"libswscale5", "libswscale6"},
	"netcat": {"netcat", "netcat-openbsd"}, "libtesseract4": {"libtesseract4", "libtesseract5"},
	"python-dev": {"", ""}, "python-all-dev": {"", ""}, "python-pip": {"", ""}, "python-setuptools": {"", ""}, "cython": {"", ""},
	"chromium-browser": {"", ""}, "exiftool": {"", ""}, "git-core": {"", ""}, "graphviz-dev": {"", ""}, "libc-dev": {"", ""}, "libstdc++-dev": {"", ""},
	"libmariadbclient-dev": {"", ""}, "libmysqlclient-dev": {"", ""}, "libxslt-dev": {"", ""}, "mysql-client": {"", ""}, "yarn": {"", ""},
	"libgfortran4": {"", ""}, "libjemalloc1": {"", ""}, "msodbcsql17": {"", ""}, "msodbcsql18": {"", ""}, "mssql-tools": {"", ""}, "mssql-tools18": {"", ""},
}

// neverRenamed are further packages that are in buster and in bookworm (APT12).
const neverRenamed = `
	adduser apt cmake-data default-libmysqlclient-dev dos2unix expect file findutils freetds-common freetds-bin
	gnupg2 groff iproute2 iputils-ping libffi-dev libldap2-dev libpython3-dev locales man-db mupdf-tools pv
	python3 python3-dev screen ssh sshpass tmux tree wait-for-it xmlsec1 zsh`

// MovedName is the name that a package of an old Debian release has in bullseye
// or bookworm. It answers false for what no table is sure of.
func MovedName(pkg, codename string) (name string, ok bool) {
	i := slices.Index([]string{"bullseye", "bookworm"}, codename)
	name = AptName(pkg)
	if new, listed := renamed[name]; listed && i >= 0 {
		return new[i], new[i] != ""
	}
	known := listed(buildOnly, name) || listed(runOnly, name) || listed(tools, name) || listed(neverRenamed, name) || listed(busterNames, name) ||
		strings.HasSuffix(name, "-dev") && libraryOf(name) != nil
	return name, i >= 0 && known
}
