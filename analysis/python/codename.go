package python

// codenameEra is the last Debian under an X.Y line's floating tag, and for
// tags of an exact X.Y.Z the first patches that were current when the default
// was another one. from is a patch number, -1 where no patch of the line is in
// that era.
type codenameEra struct {
	minor                              int
	floating                           string
	buster, bullseye, bookworm, trixie int
	sure                               int // the last patch before some doubtful ones; 0 when there are none
}

// codenameEras: a tag X.Y.Z is rebuilt until X.Y.(Z+1) comes, so it stays on
// the default of that day. Defaults moved to buster in 2019-07, bullseye on
// 2021-08-16, bookworm on 2023-06-13, trixie on 2025-08-11 (DLP git 2a11f610,
// f154e5d1, 5d908b04, 093598a0); the days of the patches are those of
// python.org/downloads (2021-06-28 and -08-30, 2023-06-06 and -08-24,
// 2025-06-03 and -10-09). The floating columns of lines at their end: DLP git,
// 3.6 2022-01-14, 3.7 2023-10-02, 3.8 2024-10-07, 3.9 2025-10-31.
var codenameEras = []codenameEra{
	{minor: 5, floating: "buster", buster: -1, bullseye: -1, bookworm: -1, trixie: -1},
	{minor: 6, floating: "bullseye", buster: 9, bullseye: 14, bookworm: -1, trixie: -1},
	{minor: 7, floating: "bookworm", buster: 4, bullseye: 11, bookworm: 17, trixie: -1},
	{minor: 8, floating: "bookworm", buster: 0, bullseye: 11, bookworm: 17, trixie: -1},
	{minor: 9, floating: "trixie", buster: 0, bullseye: 6, bookworm: 17, trixie: 23},
	{minor: 10, floating: "trixie", buster: -1, bullseye: 0, bookworm: 12, trixie: 18},
	{minor: 11, floating: "trixie", buster: -1, bullseye: 0, bookworm: 4, trixie: 13},
	{minor: 12, floating: "trixie", buster: -1, bullseye: -1, bookworm: 0, trixie: 11},
	// 3.13.6 was current for three days after the switch, so it may be either.
	{minor: 13, floating: "trixie", buster: -1, bullseye: -1, bookworm: 0, trixie: 7, sure: 5},
}

// DefaultCodename is the Debian release of a python tag that names none
// (python:3.11, python:3.11-slim): for a line that is maintained the present
// default, for one at its end the default of its last days, for an exact patch
// the default when that patch was last rebuilt. It is "" where that is not
// known.
func DefaultCodename(py Version) string {
	if py.Parts < 2 {
		if py.Parts == 1 && py.Major != 3 {
			return ""
		}
		return "trixie" // python:3, python:latest, python:slim
	}
	if py.Major != 3 {
		if py.Major == 2 && py.Minor == 7 && py.Parts == 2 {
			return "buster"
		}
		return ""
	}
	if py.Minor >= 14 {
		return "trixie"
	}
	for _, era := range codenameEras {
		if era.minor != py.Minor {
			continue
		}
		if py.Parts == 2 {
			return era.floating
		}
		return era.patch(py)
	}
	return ""
}

func (era codenameEra) patch(py Version) string {
	if py.Pre != "" || (era.sure > 0 && py.Patch > era.sure && py.Patch < era.trixie) {
		return ""
	}
	name := ""
	for _, e := range []struct {
		from int
		name string
	}{{era.buster, "buster"}, {era.bullseye, "bullseye"}, {era.bookworm, "bookworm"}, {era.trixie, "trixie"}} {
		if e.from >= 0 && py.Patch >= e.from {
			name = e.name
		}
	}
	return name
}

// DeadMirrors says that apt-get update fails in images of a Debian release
// today, because it has left the live mirrors: buster did in July 2025
// (rios0rios0/pipelines#585), the older ones before.
func DeadMirrors(codename string) bool {
	switch codename {
	case "wheezy", "jessie", "stretch", "buster":
		return true
	}
	return false
}

// DebianPython is the Python of a Debian release's own python3 package
// (packages.debian.org/python3), zero when it is not known.
func DebianPython(codename string) Version {
	switch codename {
	case "stretch":
		return V(3, 5)
	case "buster":
		return V(3, 7)
	case "bullseye":
		return V(3, 9)
	case "bookworm":
		return V(3, 11)
	case "trixie":
		return V(3, 13)
	}
	return Version{}
}
