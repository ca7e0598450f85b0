package lazyregexp

import (
	"reflect"
	"regexp"
	"testing"
)

// TestMethods holds every method against that of package regexp, which has the
// same name and the same arguments.
func TestMethods(t *testing.T) {
	const expr, text = `(a+)(b*)`, "xaabyab a"
	lazy, plain := reflect.ValueOf(New(expr)), reflect.ValueOf(regexp.MustCompile(expr))
	values := map[reflect.Type]reflect.Value{
		reflect.TypeFor[int]():                 reflect.ValueOf(-1),
		reflect.TypeFor[func(string) string](): reflect.ValueOf(func(s string) string { return "<" + s + ">" }),
	}
	for i := range lazy.NumMethod() {
		name := lazy.Type().Method(i).Name
		if name == "MayMatch" {
			continue // of this package only
		}
		own, theirs := lazy.Method(i), plain.MethodByName(name)
		if !theirs.IsValid() || own.Type() != theirs.Type() {
			t.Errorf("%s is no method of regexp.Regexp, or has another type there", name)
			continue
		}
		var args []reflect.Value
		for j := range own.Type().NumIn() {
			if v, ok := values[own.Type().In(j)]; ok {
				args = append(args, v)
			} else {
				args = append(args, reflect.ValueOf([]string{text, "-$1-"}[j]))
			}
		}
		if got, want := own.Call(args)[0].Interface(), theirs.Call(args)[0].Interface(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s gives %v, want %v", name, got, want)
		}
	}
}

func TestWrong(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("in a test, a wrong expression must show at once")
		}
	}()
	New(`(`)
}
