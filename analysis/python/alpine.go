package python

import "strings"

// alpineLibraries maps Alpine's -dev packages to what their programs need at
// run time (pkgs.alpinelinux.org: the subpackage that holds the shared
// library). What is not listed is not known.
var alpineLibraries = map[string]string{
	"postgresql-dev":            "libpq",
	"libpq-dev":                 "libpq",
	"mariadb-dev":               "mariadb-connector-c",
	"mariadb-connector-c-dev":   "mariadb-connector-c",
	"mysql-dev":                 "mariadb-connector-c",
	"libffi-dev":                "libffi",
	"openssl-dev":               "openssl",
	"libressl-dev":              "libressl",
	"jpeg-dev":                  "libjpeg-turbo",
	"libjpeg-turbo-dev":         "libjpeg-turbo",
	"zlib-dev":                  "zlib",
	"libxml2-dev":               "libxml2",
	"libxslt-dev":               "libxslt",
	"libpng-dev":                "libpng",
	"libwebp-dev":               "libwebp",
	"tiff-dev":                  "tiff",
	"freetype-dev":              "freetype",
	"lcms2-dev":                 "lcms2",
	"openjpeg-dev":              "openjpeg",
	"harfbuzz-dev":              "harfbuzz",
	"fribidi-dev":               "fribidi",
	"libxcb-dev":                "libxcb",
	"libimagequant-dev":         "libimagequant",
	"tcl-dev":                   "tcl",
	"tk-dev":                    "tk",
	"cairo-dev":                 "cairo",
	"pango-dev":                 "pango",
	"gdk-pixbuf-dev":            "gdk-pixbuf",
	"glib-dev":                  "glib",
	"gobject-introspection-dev": "gobject-introspection",
	"bzip2-dev":                 "libbz2",
	"xz-dev":                    "xz-libs",
	"zstd-dev":                  "zstd-libs",
	"lz4-dev":                   "lz4-libs",
	"snappy-dev":                "snappy",
	"readline-dev":              "readline",
	"sqlite-dev":                "sqlite-libs",
	"ncurses-dev":               "ncurses-libs",
	"yaml-dev":                  "yaml",
	"gmp-dev":                   "gmp",
	"geos-dev":                  "geos",
	"gdal-dev":                  "gdal",
	"proj-dev":                  "proj",
	"hdf5-dev":                  "hdf5",
	"openblas-dev":              "openblas",
	"lapack-dev":                "lapack",
	"openldap-dev":              "libldap",
	"cyrus-sasl-dev":            "libsasl",
	"krb5-dev":                  "krb5-libs",
	"curl-dev":                  "libcurl",
	"unixodbc-dev":              "unixodbc",
	"freetds-dev":               "freetds",
	"libsodium-dev":             "libsodium",
	"librdkafka-dev":            "librdkafka",
	"zeromq-dev":                "libzmq",
	"libev-dev":                 "libev",
	"libevent-dev":              "libevent",
	"libuv-dev":                 "libuv",
	"pcre-dev":                  "pcre",
	"pcre2-dev":                 "pcre2",
	"icu-dev":                   "icu-libs",
	"file-dev":                  "libmagic",
	"libmemcached-dev":          "libmemcached-libs",
	"xmlsec-dev":                "xmlsec",
	"vips-dev":                  "vips",
	"libheif-dev":               "libheif",
	"libsndfile-dev":            "libsndfile",
	"portaudio-dev":             "portaudio",
	"graphviz-dev":              "graphviz",
	"imagemagick-dev":           "imagemagick",
	"ffmpeg-dev":                "ffmpeg",
	"gettext-dev":               "libintl",
	"libmaxminddb-dev":          "libmaxminddb",
	"eigen-dev":                 "",
}

// alpineBuild, alpineRun and alpineTools sort the packages of Alpine that
// Python images commonly install.
const (
	alpineBuild = `
		alpine-sdk build-base gcc g++ gfortran make cmake ninja meson samurai autoconf automake
		libtool m4 bison flex patch patchelf swig rust cargo clang llvm llvm-dev musl-dev libc-dev
		linux-headers python3-dev python2-dev python-dev py3-pip py-pip py3-setuptools py3-wheel
		pkgconf pkgconfig ccache cython libstdc++-dev`
	alpineRun = `
		libpq postgresql-libs postgresql-client mariadb-client mysql-client mariadb-connector-c
		libstdc++ libgcc libgomp libgfortran tini dumb-init su-exec gosu sudo supervisor tzdata
		ca-certificates procps iputils netcat-openbsd redis sqlite gdal binutils ffmpeg imagemagick
		ghostscript poppler-utils tesseract-ocr libmagic pandoc graphviz fontconfig chromium
		chromium-chromedriver firefox openjdk8-jre openjdk11-jre openjdk17-jre bash nginx`
	alpineTools = `
		curl wget git git-lfs mercurial subversion protobuf protoc nodejs npm yarn unzip zip xz
		jq rsync file gettext openssh-client gnupg`
)

// AlpineName is the bare name of a package as apk's command line spells it:
// without version ("gcc=13", "gcc~13", "gcc>12") and repository ("tini@edge").
func AlpineName(word string) string {
	if i := strings.IndexAny(word, "=<>~@"); i > 0 {
		word = word[:i]
	}
	return strings.ToLower(word)
}

// AlpineKind says in which stage an Alpine package is needed.
func AlpineKind(pkg string) Kind {
	name := AlpineName(pkg)
	switch {
	case listed(alpineBuild, name):
		return Build
	case listed(alpineTools, name):
		return Tool
	case strings.HasSuffix(name, "-dev"):
		return Dev
	case listed(alpineRun, name), strings.HasPrefix(name, "font-"), strings.HasPrefix(name, "ttf-"), strings.HasPrefix(name, "tesseract-ocr-data-"):
		return Run
	}
	if versioned, ok := strings.CutPrefix(name, "postgresql"); ok && strings.HasSuffix(versioned, "-client") {
		return Run
	}
	for _, libs := range alpineLibraries {
		if libs == name {
			return Run
		}
	}
	return Unknown
}

// AlpineRuntimeOf gives the packages that an Alpine -dev package's programs
// need at run time; false when the table does not know.
func AlpineRuntimeOf(dev string) ([]string, bool) {
	name := AlpineName(dev)
	if version, ok := strings.CutPrefix(name, "postgresql"); ok && strings.HasSuffix(version, "-dev") {
		name = "postgresql-dev" // postgresql16-dev
	}
	libs, ok := alpineLibraries[name]
	if !ok {
		return nil, false
	}
	return strings.Fields(libs), true
}
