package organization

// Listing asks for part of a list: which, in what order, and from where on.
type Listing struct {
	Limit  int // 1 or more
	Offset int
	// By is the field that sorts, "" for the time of making. Equal ones are sorted by identifier.
	By        string
	Ascending bool // the default is newest, or greatest, first
	Where     []Condition
}

// Condition leaves out of a list what does not meet it. Which fields a list knows is said where it is declared; asking
// for another is a mistake of ours, and an error; so is asking for more than 20 conditions, or 100 values.
type Condition struct {
	Field  string
	Test   Test
	Values []string // one, but any number for In and none for IsNull and NotNull; times are microseconds since 1970 in decimals
}

// Test is how a field is held against values.
type Test string

// The tests. Contains compares letters as they are, ContainsFolded takes ASCII letters of both cases for the same; no
// sign of a value has a special meaning.
const (
	Equals         Test = "eq"
	Differs        Test = "not_eq"
	Contains       Test = "like"
	ContainsFolded Test = "ilike"
	In             Test = "in"
	Above          Test = "gt"
	AtLeast        Test = "gteq"
	Below          Test = "lt"
	AtMost         Test = "lteq"
	IsNull         Test = "null"
	NotNull        Test = "not_null"
)

// Fields of lists.
const (
	FieldCreated  = "created_at"
	FieldUpdated  = "updated_at"
	FieldName     = "name"
	FieldDomain   = "domain"
	FieldEmail    = "email"
	FieldType     = "type"
	FieldProvider = "provider"
	FieldActive   = "active" // "1" and "0"
	FieldRequired = "required"
)
