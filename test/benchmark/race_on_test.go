//go:build race

package benchmark

// raced: the race detector watches, under which no more than some thousand goroutines can live.
const raced = true
