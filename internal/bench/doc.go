// Package bench measures the built binary: its size, the time from its start
// to the reply to initialize, and its memory with many open files. It holds
// benchmarks only; docs/benchmarks.md has their numbers.
package bench
