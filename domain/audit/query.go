package audit

// Query asks for part of a scope's trail. Members that are zero leave nothing out.
type Query struct {
	Kinds    []string // of facts
	Subjects []string // of facts
	Oldest   bool     // first; the default is newest first
	Limit    int      // 1 or more
	Offset   int
}
