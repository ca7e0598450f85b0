package python

// library is one -dev package and the packages that its programs need at run
// time, by Debian release. "" means not known, "-" that nothing is needed.
type library struct {
	dev                        string
	bullseye, bookworm, trixie string
}

// every is a library whose run-time packages have one name everywhere.
func every(dev, names string) library { return library{dev, names, names, names} }

// libraries: bookworm is the Depends of each -dev package (APT12); bullseye is
// PW's debian11 table, trixie T13 and PDO, where they have the package; the
// rest are the expected names, and what is doubtful is left open. Packages that
// trixie renamed for 64-bit time_t (libssl3t64) provide their old names there
// (Provides in trixie's package list), so that one name is right in all
// releases; tags of images without a release move from one to the next.
var libraries = []library{
	every("libpq-dev", "libpq5"),
	every("default-libmysqlclient-dev", "libmariadb3"),
	every("libmariadb-dev", "libmariadb3"),
	every("libmariadb-dev-compat", "libmariadb3"),
	every("libmariadbclient-dev", "libmariadb3"),
	every("libmysqlclient-dev", "libmariadb3"),
	every("libxml2-dev", "libxml2"),
	every("libxslt1-dev", "libxslt1.1"),
	every("libxslt-dev", "libxslt1.1"),
	{"libffi-dev", "libffi7", "libffi8", "libffi8"},
	{"libssl-dev", "libssl1.1", "libssl3", "libssl3"},
	every("libjpeg-dev", "libjpeg62-turbo"),
	every("libjpeg62-turbo-dev", "libjpeg62-turbo"),
	every("libpng-dev", "libpng16-16"),
	{"libtiff-dev", "libtiff5", "libtiff6", "libtiff6"},
	{"libtiff5-dev", "libtiff5", "libtiff6", "libtiff6"},
	{"libwebp-dev", "libwebp6 libwebpmux3 libwebpdemux2", "libwebp7 libwebpmux3 libwebpdemux2", "libwebp7 libwebpmux3 libwebpdemux2"},
	every("libopenjp2-7-dev", "libopenjp2-7"),
	every("libfreetype6-dev", "libfreetype6"),
	every("libfreetype-dev", "libfreetype6"),
	every("liblcms2-dev", "liblcms2-2"),
	every("libharfbuzz-dev", "libharfbuzz0b"),
	every("libfribidi-dev", "libfribidi0"),
	every("libraqm-dev", "libraqm0"),
	every("libxcb1-dev", "libxcb1"),
	every("libimagequant-dev", "libimagequant0"),
	every("zlib1g-dev", "zlib1g"),
	every("libbz2-dev", "libbz2-1.0"),
	every("liblzma-dev", "liblzma5"),
	every("libzstd-dev", "libzstd1"),
	every("liblz4-dev", "liblz4-1"),
	every("libsnappy-dev", "libsnappy1v5"),
	every("libreadline-dev", "libreadline8"),
	every("libsqlite3-dev", "libsqlite3-0"),
	every("libncurses5-dev", "libncurses6 libncursesw6"),
	every("libncursesw5-dev", "libncurses6 libncursesw6"),
	every("libncurses-dev", "libncurses6 libncursesw6"),
	every("libgdbm-dev", "libgdbm6"),
	every("uuid-dev", "libuuid1"),
	{"tk-dev", "libtk8.6 libtcl8.6", "libtk8.6 libtcl8.6", "libtk8.6 libtcl8.6"},
	{"libgdal-dev", "libgdal28", "libgdal32", "libgdal36"},
	every("libgeos-dev", "libgeos-c1v5"),
	{"libproj-dev", "libproj19", "libproj25", "libproj25"},
	{"libspatialindex-dev", "libspatialindex-c6", "libspatialindex-c6", "libspatialindex-c8"},
	{"libspatialite-dev", "libspatialite7", "libspatialite7", "libspatialite8"},
	{"libhdf5-dev", "libhdf5-103-1", "libhdf5-103-1", "libhdf5-310"},
	{"libnetcdf-dev", "libnetcdf18", "libnetcdf19", "libnetcdf22"},
	{"libsasl2-dev", "libsasl2-2 libsasl2-modules", "libsasl2-2", "libsasl2-2"},
	{"libldap2-dev", "libldap-2.4-2", "libldap-2.5-0", "libldap2"},
	{"libldap-dev", "libldap-2.4-2", "libldap-2.5-0", "libldap2"},
	every("libkrb5-dev", "libkrb5-3 libgssapi-krb5-2"),
	every("libcurl4-openssl-dev", "libcurl4"),
	every("libcurl4-gnutls-dev", "libcurl3-gnutls"),
	every("unixodbc-dev", "unixodbc"), // depends on the libraries, and brings odbcinst.ini
	every("freetds-dev", "libct4 libsybdb5"),
	every("libcairo2-dev", "libcairo2 libcairo-gobject2"),
	every("libpango1.0-dev", "libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0"),
	every("libgdk-pixbuf2.0-dev", "libgdk-pixbuf-2.0-0"),
	every("libgdk-pixbuf-2.0-dev", "libgdk-pixbuf-2.0-0"),
	{"libgirepository1.0-dev", "libgirepository-1.0-1", "libgirepository-1.0-1", ""},
	every("libglib2.0-dev", "libglib2.0-0"),
	every("librsvg2-dev", "librsvg2-2"),
	every("libmagic-dev", "libmagic1"),
	{"libmagickwand-dev", "libmagickwand-6.q16-6", "libmagickwand-6.q16-6", "libmagickwand-7.q16-10"},
	{"libxmlsec1-dev", "libxmlsec1 libxmlsec1-openssl", "libxmlsec1 libxmlsec1-openssl", ""},
	every("libev-dev", "libev4"),
	every("libevent-dev", "libevent-2.1-7"),
	every("libuv1-dev", "libuv1"),
	every("libzmq3-dev", "libzmq5"),
	every("librdkafka-dev", "librdkafka1 librdkafka++1"),
	every("libopenblas-dev", "libopenblas0"),
	every("liblapack-dev", "liblapack3"),
	every("libblas-dev", "libblas3"),
	{"libatlas-base-dev", "libatlas3-base libgfortran5", "libatlas3-base libgfortran5", ""},
	every("libsndfile1-dev", "libsndfile1"),
	every("portaudio19-dev", "libportaudio2"),
	every("libasound2-dev", "libasound2"),
	{"libavcodec-dev", "libavcodec58", "libavcodec59", "libavcodec61"},
	{"libavformat-dev", "libavformat58", "libavformat59", "libavformat61"},
	{"libswscale-dev", "libswscale5", "libswscale6", "libswscale8"},
	every("libgl1-mesa-dev", "libgl1"),
	every("libglu1-mesa-dev", "libglu1-mesa"),
	every("libgtk-3-dev", "libgtk-3-0"),
	every("libgtk2.0-dev", "libgtk2.0-0"),
	{"libpcre3-dev", "libpcre3", "libpcre3", ""},
	every("libpcre2-dev", "libpcre2-8-0"),
	every("libyaml-dev", "libyaml-0-2"),
	every("libgmp-dev", "libgmp10"),
	every("libmpfr-dev", "libmpfr6"),
	every("libmpc-dev", "libmpc3"),
	every("libsystemd-dev", "libsystemd0"),
	every("libdbus-1-dev", "libdbus-1-3"),
	{"libicu-dev", "libicu67", "libicu72", "libicu76"},
	{"libsodium-dev", "libsodium23", "libsodium23", ""},
	every("libseccomp-dev", "libseccomp2"),
	every("libcap-dev", "libcap2"),
	{"libleveldb-dev", "libleveldb1d", "libleveldb1d", ""},
	{"librocksdb-dev", "librocksdb6.11", "librocksdb7.8", ""},
	{"libmemcached-dev", "libmemcached11", "libmemcached11", ""},
	{"libhiredis-dev", "libhiredis0.14", "libhiredis0.14", ""},
	{"libgraphviz-dev", "libcgraph6 libgvc6 libcdt5", "libcgraph6 libgvc6 libcdt5", "graphviz"},
	{"graphviz-dev", "libcgraph6 libgvc6 libcdt5", "libcgraph6 libgvc6 libcdt5", "graphviz"},
	{"libtesseract-dev", "libtesseract4", "libtesseract5", "libtesseract5"},
	{"libleptonica-dev", "liblept5", "liblept5", "libleptonica6"},
	{"libpoppler-cpp-dev", "libpoppler-cpp0v5", "libpoppler-cpp0v5", "libpoppler-cpp2"},
	{"libprotobuf-dev", "libprotobuf23", "libprotobuf32", ""},
	{"libboost-all-dev", "", "", ""},
	every("libeigen3-dev", "-"),
	every("libusb-1.0-0-dev", "libusb-1.0-0"),
	every("libbluetooth-dev", "libbluetooth3"),
	{"libpcap-dev", "libpcap0.8", "libpcap0.8", ""},
	every("libsm-dev", "libsm6"),
	every("libxext-dev", "libxext6"),
	every("libxrender-dev", "libxrender1"),
	{"libaio-dev", "libaio1", "libaio1", "libaio1t64"}, // which provides no libaio1
	every("libltdl-dev", "libltdl7"),
	{"libre2-dev", "libre2-9", "libre2-9", "libre2-11"},
	every("libfuse-dev", "libfuse2"),
	every("libheif-dev", "libheif1"),
	{"libvips-dev", "libvips42", "libvips42", ""},
	every("libzbar-dev", "libzbar0"),
	every("libarchive-dev", "libarchive13"),
	{"libsecp256k1-dev", "libsecp256k1-0", "libsecp256k1-1", ""},
	every("libgpgme-dev", "libgpgme11"),
	every("libmaxminddb-dev", "libmaxminddb0"),
	// What only packages of systemNeeds name; the names are those of the three
	// releases' package lists.
	every("libenchant-2-dev", "libenchant-2-2"),
	every("libdmtx-dev", "libdmtx0b"),
	every("libpcsclite-dev", "libpcsclite1"),
	every("libcups2-dev", "libcups2"),
	{"libfluidsynth-dev", "libfluidsynth2", "libfluidsynth3", "libfluidsynth3"},
	{"libmpv-dev", "libmpv1", "libmpv2", "libmpv2"},
	{"libgs-dev", "libgs9", "libgs10", "libgs10"},
	every("libpcap0.8-dev", "libpcap0.8"),
}

// busterNames are bullseye's run-time names that buster has too; where buster
// differs or is not known (libffi6, libreadline7) nothing is said, as its
// mirrors are gone anyway.
const busterNames = `
	libpq5 libmariadb3 libxml2 libxslt1.1 libssl1.1 libjpeg62-turbo libpng16-16 libtiff5
	libwebp6 libwebpmux3 libwebpdemux2 libopenjp2-7 libfreetype6 liblcms2-2 libharfbuzz0b
	libfribidi0 libxcb1 zlib1g libbz2-1.0 liblzma5 libzstd1 liblz4-1 libsnappy1v5
	libsqlite3-0 libncurses6 libncursesw6 libgdbm6 libuuid1 libtk8.6 libtcl8.6 libsasl2-2
	libsasl2-modules libldap-2.4-2 libkrb5-3 libgssapi-krb5-2 libcurl4 libcurl3-gnutls
	libcairo2 libcairo-gobject2 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0
	libglib2.0-0 libmagic1 libmagickwand-6.q16-6 libzmq5 liblapack3 libblas3 libsndfile1
	libportaudio2 libasound2 libgl1 libglu1-mesa libgtk-3-0 libpcre3 libpcre2-8-0
	libyaml-0-2 libgmp10 libmpfr6 libmpc3 libsystemd0 libdbus-1-3 libsodium23 libseccomp2
	libcap2 libmemcached11 libusb-1.0-0 libbluetooth3 libpcap0.8 libsm6 libxext6
	libxrender1 libaio1 libltdl7 libfuse2 libzbar0 libarchive13 -
`
