package system

// NumberAt is number, for the edges of time that no machine's clock shows.
var NumberAt = number
