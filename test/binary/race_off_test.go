//go:build !race

package binary_test

const raced = false
