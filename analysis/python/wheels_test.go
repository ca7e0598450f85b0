package python

import "testing"

func TestWheelFits(t *testing.T) {
	for _, tt := range []struct {
		file  string
		py    Version
		musl  bool
		takes bool
	}{
		{"flask-3.0.0-py3-none-any.whl", V(3, 12), true, true},
		{"six-1.16.0-py2.py3-none-any.whl", V(3, 14), false, true},
		{"lxml-5.2.1-cp312-cp312-manylinux_2_28_x86_64.whl", V(3, 12), false, true},
		{"lxml-5.2.1-cp312-cp312-manylinux_2_28_x86_64.whl", V(3, 13), false, false},
		{"lxml-5.2.1-cp312-cp312-manylinux_2_28_x86_64.whl", V(3, 12), true, false},
		{"lxml-5.2.1-cp312-cp312-musllinux_1_2_x86_64.whl", V(3, 12), true, true},
		{"cryptography-42.0.5-cp39-abi3-manylinux_2_28_x86_64.whl", V(3, 13), false, true},
		{"cryptography-42.0.5-cp39-abi3-manylinux_2_28_x86_64.whl", V(3, 8), false, false},
		{"lightgbm-4.6.0-py3-none-manylinux_2_28_x86_64.whl", V(3, 12), false, true},
		{"lxml-5.2.1-pp310-pypy310_pp73-manylinux_2_28_x86_64.whl", V(3, 10), false, false},
		{"psycopg2-2.9.9-cp312-cp312-win_amd64.whl", V(3, 12), false, false},
		{"psycopg2-2.9.9.tar.gz", V(3, 12), false, false},
	} {
		if got := WheelFits(tt.file, tt.py, tt.musl); got != tt.takes {
			t.Errorf("%s on %s (musl %v): %v", tt.file, tt.py, tt.musl, got)
		}
	}
	for pkg, need := range compiledNeeds {
		if need.source == "" || pkg != NormalName(pkg) {
			t.Errorf("%s has no source", pkg)
		}
		for row := range fields(need.rows) {
			if libraryOf(row) == nil {
				t.Errorf("%s needs %s, which is no row", pkg, row)
			}
		}
	}
}
