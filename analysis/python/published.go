package python

// Published says whether docker-library has published a tag with X.Y, or X.Y.Z,
// and a Debian release ("" for a tag that names none, as "3.12-slim"). Lines that
// have ended keep the tags of their last day. It answers false where that is
// not sure. Each line that was maintained was built for the default release of
// the day and for the one before (DLP git 2a11f610, f154e5d1, 5d908b04,
// 093598a0; see codenameEras for the days), those of today for bookworm and
// trixie (https://github.com/docker-library/official-images/blob/master/library/python).
func Published(py Version, codename string) bool {
	if py.Major != 3 || py.Parts < 2 || py.Pre != "" {
		return false
	}
	if py.Parts > 2 && codename != "" {
		return patchPublished(py, codename)
	}
	between := func(first, last int) bool { return first <= py.Minor && py.Minor <= last }
	switch codename {
	case "":
		return between(6, 14)
	case "buster":
		return between(6, 11)
	case "bullseye":
		return between(6, 11) // 3.12 and 3.13 are likely, and nobody has looked
	case "bookworm":
		return between(7, 14)
	case "trixie":
		return between(9, 14)
	}
	return false
}

// patchPublished says whether an exact version was built for a release that was,
// or became, the default of its line: from the patch on that was current then.
func patchPublished(py Version, codename string) bool {
	if py.Minor == 14 {
		return codename == "bookworm" || codename == "trixie"
	}
	for _, era := range codenameEras {
		first, ok := map[string]int{"bookworm": era.bookworm, "trixie": era.trixie}[codename]
		if era.minor == py.Minor {
			return ok && first >= 0 && py.Patch >= first
		}
	}
	return false
}
