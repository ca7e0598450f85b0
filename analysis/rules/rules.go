// Package rules holds one file per rule and the list of them.
package rules

import "restage/analysis"

// All are the rules in display order. The last one looks at what the others
// have found.
func All() []*analysis.Rule { return append(others(), unusedSuppression) }

// others are all rules but the last.
func others() []*analysis.Rule { return append(own(), buildkitChecks...) }

// own are the rules that are restage's own.
func own() []*analysis.Rule {
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
		noWorkdir,
		unusedStage,
		unorderedManifests,
		bufferedOutput,
		noBytecode,
		defeatedCache,
		lockMismatch,
		ignoredManifest,
		unknownGroup,
		removedOption,
		missingReadme,
		missingRuntimeLibrary,
		deadBase,
		hostEnvironmentCopied,
		pythonMismatch,
		movedEnvironment,
		libcMismatch,
		secretInBuild,
		rootUser,
	}
}
