// Package rules holds one file per rule and the list of them.
package rules

import "restage/analysis"

// All are the rules in display order.
func All() []*analysis.Rule {
	return []*analysis.Rule{
		unpinnedInstaller,
		copyBeforeInstall,
		unsplitInstall,
		devDependencies,
		installerEnv,
		cacheInLayer,
		singleStage,
		missingCacheMount,
		venvInCache,
		installerAtRuntime,
		lockMismatch,
	}
}
