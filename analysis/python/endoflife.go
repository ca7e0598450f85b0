package python

// lastBuilt are the Python lines at their end: the day on which docker-library
// took the line out, after which its tags are not built anew (DLP git).
var lastBuilt = map[Version]string{
	V(2, 7): "2020-04-20",
	V(3, 5): "2020-10-02",
	V(3, 6): "2022-01-14",
	V(3, 7): "2023-10-02",
	V(3, 8): "2024-10-07",
	V(3, 9): "2025-10-31",
}

// EndOfLife gives the day since which the official images of a Python line are
// not built anew, because the line has reached its end of life; "" for a line
// that is maintained, or of which nothing is known.
func EndOfLife(py Version) string {
	if py.Parts < 2 {
		return ""
	}
	return lastBuilt[py.Series()]
}
