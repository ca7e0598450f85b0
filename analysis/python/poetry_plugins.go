package python

// pluginSince holds, newest first, from which release of a plugin on it asks
// for which Poetry: the requires-dist of the wheels of every release on PyPI.
// poetry-dynamic-versioning asks for none unless its extra "plugin" is taken,
// and then for the same.
var pluginSince = map[string][]struct{ plugin, from, below Version }{
	"poetry-plugin-bundle": {
		{V(1, 6, 0), V(2, 1, 0), V(3, 0, 0)},
		{V(1, 5, 0), V(1, 5, 0), V(3, 0, 0)},
		{V(1, 3, 0), V(1, 5, 0), V(2, 0, 0)},
		{V(1, 2, 0), V(1, 4, 0), V(2, 0, 0)},
		{V(1, 0, 0), V(1, 2, 0), V(2, 0, 0)},
	},
	"poetry-plugin-export": {
		{V(1, 10, 0), V(2, 1, 0), V(3, 0, 0)},
		{V(1, 9, 0), V(2, 0, 0), V(3, 0, 0)},
		{V(1, 8, 0), V(1, 8, 0), V(3, 0, 0)},
		{V(1, 7, 0), V(1, 8, 0), V(2, 0, 0)},
		{V(1, 6, 0), V(1, 6, 0), V(2, 0, 0)},
		{V(1, 4, 0), V(1, 5, 0), V(2, 0, 0)},
		{V(1, 3, 0), V(1, 3, 0), V(2, 0, 0)},
		{V(1, 2, 0), V(1, 2, 2), V(2, 0, 0)},
		{V(1, 0, 0), V(1, 2, 0), V(2, 0, 0)},
	},
	"poetry-dynamic-versioning": {
		{V(1, 5, 0), V(1, 2, 0), Version{}},
		{V(0, 25, 0), V(1, 2, 0), V(2, 0, 0)},
	},
}

// PluginNeeds gives the Poetry releases that a release of a plugin asks for;
// false when that is not known here.
func PluginNeeds(plugin string, v Version) (Constraint, bool) {
	for _, s := range pluginSince[plugin] {
		if !v.Less(s.plugin) {
			return Between(s.from, s.below), true
		}
	}
	return Constraint{}, false
}
