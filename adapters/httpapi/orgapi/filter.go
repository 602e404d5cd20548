package orgapi

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
)

// columns are what callers may sort and filter a list by, under the names that they know.
type columns map[string]column

// column is one of them. What a caller writes never gets further than this table: neither a name nor a test of its own.
type column struct {
	field  string // of [organization.Listing]
	sorts  bool
	tests  []organization.Test // nil for all that make sense for the values
	values func(text string) (string, bool)
}

// The usual columns of what has been made and changed at some time.
var (
	insertedAt = column{field: organization.FieldCreated, sorts: true, tests: ordered, values: moment}
	updatedAt  = column{field: organization.FieldUpdated, sorts: true, tests: ordered, values: moment}
)

var (
	ordered = []organization.Test{
		organization.Equals, organization.Differs, organization.In, organization.Above, organization.AtLeast, organization.Below,
		organization.AtMost, organization.IsNull, organization.NotNull,
	}
	textual = append([]organization.Test{organization.Contains, organization.ContainsFolded}, ordered...)
	exact   = []organization.Test{organization.Equals, organization.Differs, organization.In}
)

// order reads "s" or "sort": a field, a plus sign, and asc or desc. A plus sign that was not encoded has become a space.
func (known columns) order(query *parameters) (field string, ascending bool) {
	for _, name := range []string{"s", "sort"} {
		text, _ := query.values[name].(string)
		by, direction, directed := strings.Cut(strings.Replace(strings.TrimSpace(text), " ", "+", 1), "+")
		c := known[by]
		if c.sorts && (!directed || direction == "asc" || direction == "desc") {
			return c.field, direction != "desc"
		}
	}
	return "", false
}

const (
	mostConditions = 10
	mostValues     = 100
	mostValue      = 300
)

// operators are the ends of a condition's name; the longer ones come first where one ends like another.
var operators = []struct {
	suffix string
	test   organization.Test
}{
	{"_not_eq", organization.Differs}, {"_eq", organization.Equals}, {"_ilike", organization.ContainsFolded}, {"_like", organization.Contains},
	{"_in", organization.In}, {"_gteq", organization.AtLeast}, {"_gt", organization.Above}, {"_lteq", organization.AtMost},
	{"_lt", organization.Below}, {"_is_null", organization.IsNull},
}

// conditions reads q[field_operator], those that the list knows, in the order of their names.
func (known columns) conditions(query *parameters) []organization.Condition {
	if !query.Nested("q") {
		return nil
	}
	q := query.Inside("q")
	if q == nil {
		return nil // and noted
	}
	var list []organization.Condition
	for _, name := range slices.Sorted(maps.Keys(q.values)) {
		for _, o := range operators {
			field, is := strings.CutSuffix(name, o.suffix)
			if !is {
				continue
			}
			if c, is := known[field]; is && slices.Contains(c.tests, o.test) {
				if len(list) == mostConditions {
					q.Blame(name, "too_many", "There may be 10 conditions at most.")
					return list
				}
				list = append(list, c.condition(q, name, o.test))
			}
			break
		}
	}
	return list
}

// condition reads the values of one.
func (c column) condition(q *parameters, name string, test organization.Test) organization.Condition {
	is := organization.Condition{Field: c.field, Test: test}
	switch test {
	case organization.IsNull:
		if null := q.Flag(name); null != nil && !*null {
			is.Test = organization.NotNull
		}
		return is
	case organization.In:
		is.Values, _ = q.List(name)
	default:
		is.Values = []string{q.Text(name)}
	}
	if len(is.Values) > mostValues {
		q.Blame(name, "too_many", "There may be 100 values at most.")
		return is
	}
	for i, text := range is.Values {
		value, good := c.values(text)
		if !good || len(value) > mostValue {
			q.Blame(name, "value_invalid", "The value is none that the field can have.")
			return is
		}
		is.Values[i] = value
	}
	return is
}

// anyText takes every value.
func anyText(text string) (string, bool) { return text, true }

// yesOrNo takes the words for true and false.
func yesOrNo(text string) (string, bool) {
	switch text {
	case "true", "1":
		return "1", true
	case "false", "0":
		return "0", true
	}
	return "", false
}

// wholeNumber takes decimals.
func wholeNumber(text string) (string, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return strconv.FormatInt(n, 10), err == nil && !strings.HasPrefix(text, "+")
}

// moments are how times may be written.
var moments = []string{"2006-01-02T15:04:05.999999", "2006-01-02 15:04:05.999999", time.RFC3339Nano, time.DateOnly}

// moment takes a time, in UTC where it does not say, for what storage compares.
func moment(text string) (string, bool) {
	for _, layout := range moments {
		if t, err := time.Parse(layout, text); err == nil && t.Year() >= 1 && t.Year() <= 9999 {
			return strconv.FormatInt(t.UnixMicro(), 10), true
		}
	}
	return "", false
}
