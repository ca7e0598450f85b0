package python

import "strings"

// compiledNeeds are packages that bring a library in their wheels, and are
// compiled with the system's where there is no wheel for a Python: the rows of
// the library table, with the page that says so.
var compiledNeeds = map[string]struct{ rows, source string }{
	"lxml":            {"libxml2-dev libxslt1-dev", "lxml.de/installation.html"},
	"pillow":          {"libjpeg-dev", "pillow.readthedocs.io/en/stable/installation/building-from-source.html"},
	"h5py":            {"libhdf5-dev", "docs.h5py.org/en/stable/build.html"},
	"tables":          {"libhdf5-dev", "pytables.org/usersguide/installation.html"},
	"netcdf4":         {"libnetcdf-dev", "unidata.github.io/netcdf4-python"},
	"shapely":         {"libgeos-dev", "shapely.readthedocs.io/en/stable/installation.html"},
	"fiona":           {"libgdal-dev", "fiona.readthedocs.io/en/stable/install.html"},
	"rasterio":        {"libgdal-dev", "rasterio.readthedocs.io/en/stable/installation.html"},
	"pyproj":          {"libproj-dev", "pyproj4.github.io/pyproj/stable/installation.html"},
	"pymssql":         {"freetds-dev", "pymssql.readthedocs.io/en/stable/building_and_developing.html"},
	"confluent-kafka": {"librdkafka-dev", "github.com/confluentinc/confluent-kafka-python/blob/master/INSTALL.md"},
	"gmpy2":           {"libgmp-dev libmpfr-dev libmpc-dev", "gmpy2.readthedocs.io/en/latest/install.html"},
	"tesserocr":       {"libtesseract-dev", "github.com/sirfz/tesserocr"},
	"manimpango":      {"libpango1.0-dev", "github.com/ManimCommunity/ManimPango"},
	"pycurl":          {"libcurl4-openssl-dev", "pycurl.io/docs/latest/install.html"},
	"xmlsec":          {"libxmlsec1-dev", "github.com/xmlsec/python-xmlsec"},
	"pyodbc":          {"unixodbc-dev", "github.com/mkleehammer/pyodbc/wiki/Install"},
	"pylibmc":         {"libmemcached-dev", "sendapatch.se/projects/pylibmc/install.html"},
	"plyvel":          {"libleveldb-dev", "plyvel.readthedocs.io/en/latest/installation.html"},
}

// CompiledNeeds gives the apt packages that a PyPI package needs at run time on
// a Debian release when it was compiled where it is installed, because the lock
// file lists no wheel for this Python among its files. It answers false where
// there is a wheel, where the files are not known, and for packages of no row;
// true without packages where their names are not known.
func CompiledNeeds(pkg string, files []string, py Version, codename string) (libs []string, ok bool) {
	need, listed := compiledNeeds[NormalName(pkg)]
	if !listed || len(files) == 0 || py.Parts < 2 {
		return nil, false
	}
	for _, file := range files {
		if WheelFits(file, py, false) {
			return nil, false
		}
	}
	for row := range strings.FieldsSeq(need.rows) {
		names, known := RuntimeOf(row, codename)
		if !known {
			return nil, true
		}
		libs = append(libs, names...)
	}
	return libs, true
}

// MayCompile says whether CompiledNeeds has a row for a package.
func MayCompile(pkg string) bool {
	_, ok := compiledNeeds[NormalName(pkg)]
	return ok
}
