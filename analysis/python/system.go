package python

import (
	"slices"
	"strings"
)

// fullCommands maps the commands that the full python image brings and slim
// lacks to the package that has them (BPD:debian/bookworm[/scm]/Dockerfile with
// the dependencies that apt resolves for it, APT12).
var fullCommands = map[string]string{
	"curl": "curl", "wget": "wget", "git": "git", "git-lfs": "git-lfs", "hg": "mercurial",
	"svn": "subversion", "svnversion": "subversion",
	"ssh": "openssh-client", "scp": "openssh-client", "sftp": "openssh-client",
	"ssh-keygen": "openssh-client", "ssh-keyscan": "openssh-client", "ssh-agent": "openssh-client", "ssh-add": "openssh-client",
	"gpg": "gnupg", "gpgconf": "gnupg", "gpg-agent": "gnupg", "dirmngr": "dirmngr", "gpgsm": "gnupg",
	"ps": "procps", "top": "procps", "free": "procps", "pgrep": "procps", "pkill": "procps", "pmap": "procps",
	"uptime": "procps", "vmstat": "procps", "w": "procps", "watch": "procps", "sysctl": "procps", "slabtop": "procps",
	"gcc": "gcc", "cc": "gcc", "c99": "gcc", "cpp": "gcc", "gcov": "gcc", "g++": "g++", "c++": "g++", "make": "make",
	"ld": "binutils", "as": "binutils", "ar": "binutils", "nm": "binutils", "objdump": "binutils", "objcopy": "binutils",
	"strip": "binutils", "readelf": "binutils", "ranlib": "binutils", "strings": "binutils", "gold": "binutils",
	"autoconf": "autoconf", "autoreconf": "autoconf", "autoheader": "autoconf", "automake": "automake", "aclocal": "automake",
	"libtoolize": "libtool", "m4": "m4", "patch": "patch", "file": "file", "unzip": "unzip", "zipinfo": "unzip",
	"xz": "xz-utils", "unxz": "xz-utils", "xzcat": "xz-utils", "lzma": "xz-utils", "unlzma": "xz-utils",
	"bzip2": "bzip2", "bunzip2": "bzip2", "bzcat": "bzip2",
	"dpkg-buildpackage": "dpkg-dev", "dpkg-architecture": "dpkg-dev", "dpkg-source": "dpkg-dev",
	"convert": "imagemagick", "identify": "imagemagick", "mogrify": "imagemagick", "montage": "imagemagick",
	"composite": "imagemagick", "compare": "imagemagick",
	"mysql_config": "default-libmysqlclient-dev", "mariadb_config": "default-libmysqlclient-dev",
	"pg_config": "libpq-dev", "curl-config": "libcurl4-openssl-dev", "xml2-config": "libxml2-dev", "xslt-config": "libxslt1-dev",
	"krb5-config": "libkrb5-dev", "pkg-config": "pkg-config", "pkgconf": "pkg-config",
	"fc-list": "fontconfig", "fc-cache": "fontconfig", "fc-match": "fontconfig",
	"tclsh": "tcl", "wish": "tk", "update-mime-database": "shared-mime-info",
}

// FullCommand says which package brings a command of the full python image
// that slim lacks. python3 and perl are in both, and kill is the shell's.
func FullCommand(cmd string) (aptPackage string, ok bool) {
	aptPackage, ok = fullCommands[cmd]
	return aptPackage, ok
}

// ToolCommands gives the commands of a package of kind Tool, so that its use
// at run time can be looked for. The package's own name is always one.
func ToolCommands(pkg string) []string {
	name := AptName(pkg)
	cmds := []string{name}
	for cmd, owner := range fullCommands {
		if owner == name && cmd != name {
			cmds = append(cmds, cmd)
		}
	}
	cmds = append(cmds, moreToolCommands[name]...)
	slices.Sort(cmds)
	return cmds
}

// moreToolCommands are commands of packages that the full image does not have.
// apt-key, of apt itself, runs the gpg of gnupg (cmdline/apt-key.in).
var moreToolCommands = map[string][]string{
	"gnupg": {"apt-key"}, "gnupg1": {"apt-key", "gpg1"}, "gnupg2": {"apt-key", "gpg2", "gpg"}, "gpg": {"apt-key"},
	"cron": {"crontab"}, "lsb-release": {"lsb_release"}, "software-properties-common": {"add-apt-repository", "apt-add-repository"},
	"nodejs": {"node"}, "npm": {"npx"}, "yarn": {"yarnpkg"}, "protobuf-compiler": {"protoc"}, "protobuf": {"protoc"},
	"p7zip-full": {"7z", "7za"}, "gettext": {"msgfmt", "msgmerge", "xgettext", "envsubst"}, "default-jdk": {"java", "javac"},
	"git-core": {"git"}, "xz": {"unxz", "xzcat"},
}

// fullRuntime are the shared libraries and data that the full image brings and
// slim lacks, by bookworm's names: what apt resolves for the packages of
// BPD:debian/bookworm/Dockerfile (APT12), without compilers.
const fullRuntime = `
	binutils bzip2 curl dirmngr file fontconfig fontconfig-config fonts-dejavu-core g++ gcc
	gir1.2-gdkpixbuf-2.0 gir1.2-glib-2.0 gir1.2-rsvg-2.0 git git-lfs gnupg gpg gpg-agent
	imagemagick libapr1 libaprutil1 libatomic1 libbluetooth3 libbrotli1 libcairo-gobject2
	libcairo-script-interpreter2 libcairo2 libcurl3-gnutls libcurl4 libdav1d6 libde265-0
	libdeflate0 libdjvulibre21 libevent-2.1-7 libexif12 libexpat1 libfftw3-double3
	libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libgirepository-1.0-1
	libglib2.0-0 libgomp1 libgraphite2-3 libgssapi-krb5-2 libharfbuzz0b libheif1 libice6
	libicu72 libjansson4 libjbig0 libjpeg62-turbo libkrb5-3 liblcms2-2 libldap-2.5-0 libltdl7
	libmagic1 libmagickcore-6.q16-6 libmagickcore-6.q16-6-extra libmagickwand-6.q16-6
	libmariadb3 libmaxminddb0 libmpc3 libmpfr6 libncurses6 libnghttp2-14 libnuma1
	libopenexr-3-1-30 libopenjp2-7 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0
	libpixman-1-0 libpng16-16 libpq5 libpsl5 libquadmath0 librsvg2-2 libsasl2-2 libserf-1-1
	libsm6 libsvn1 libtcl8.6 libtiff6 libtirpc3 libtk8.6 libwebp7 libwebpdemux2 libwebpmux3
	libx11-6 libx265-199 libxau6 libxcb-render0 libxcb-shm0 libxcb1 libxext6 libxft2 libxml2
	libxrender1 libxslt1.1 libxss1 libxt6 libyaml-0-2 m4 make media-types mercurial
	openssh-client patch pkg-config pkgconf procps python3 python3.11 python3-minimal
	shared-mime-info subversion tcl tk tk8.6 unzip wget xz-utils
	libbz2-dev libc6-dev libcurl4-openssl-dev libdb-dev libevent-dev libffi-dev libgdbm-dev
	libglib2.0-dev libgmp-dev libjpeg-dev libkrb5-dev liblzma-dev libmagickcore-dev
	libmagickwand-dev libmaxminddb-dev libncurses5-dev libncursesw5-dev libpng-dev libpq-dev
	libreadline-dev libsqlite3-dev libssl-dev libwebp-dev libxml2-dev libxslt1-dev libxslt-dev
	libyaml-dev zlib1g-dev default-libmysqlclient-dev libbluetooth-dev tk-dev uuid-dev
	autoconf automake dpkg-dev libtool`

// FullHas says that the full python image brings a package that its slim twin
// lacks, so that nobody has to install it there. Names of other releases are
// recognised by the -dev package that they belong to.
func FullHas(aptPkg string) bool {
	name := AptName(aptPkg)
	if listed(fullRuntime, name) || listed(fullRuntime, OldNames(name)) {
		return !InSlim(name)
	}
	if !isRuntimeLibrary(name) || InSlim(name) {
		return false
	}
	return slices.ContainsFunc(libraries, func(l library) bool {
		return (listed(l.bullseye, name) || listed(l.trixie, name)) && listed(fullRuntime, firstName(l.bookworm))
	})
}

func firstName(names string) string {
	for name := range strings.FieldsSeq(names) {
		return name
	}
	return ""
}

// ToolchainParts are the commands of a package that only depends on a whole
// toolchain, with the package of each (Depends of build-essential in Debian,
// depends of build-base in Alpine's APKBUILD); nil for other packages.
func ToolchainParts(pkg string) map[string]string {
	switch AptName(pkg) {
	case "build-essential", "build-base":
		return map[string]string{"make": "make", "gcc": "gcc", "cc": "gcc", "g++": "g++", "c++": "g++", "patch": "patch"}
	}
	return nil
}
