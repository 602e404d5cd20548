package audit

// Query asks for part of a scope's trail. Members that are zero leave nothing out.
type Query struct {
	Kinds    []string // of facts
	Subjects []string // of facts
	Where    []Condition
	Oldest   bool // first; the default is newest first
	Limit    int  // 1 or more
	Offset   int
}

// Condition leaves out of a trail what does not meet it. Asking for another field or test than those here is a mistake of
// ours, and an error; so is asking for more than 20 conditions, or 100 values.
type Condition struct {
	Field  string   // FieldPosition or FieldAt
	Test   string   // eq, not_eq, gt, gteq, lt, lteq, in, null or not_null: the words of organization.Test
	Values []string // one, but any number for in and none for the last two: whole numbers in decimals, times as microseconds since 1970
}

// Fields of a trail.
const (
	FieldPosition = "position"
	FieldAt       = "at"
)
