package sqlstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/eidgate/eidgate/domain/organization"
)

// Lists are asked for page by page, with conditions. What gets into a statement comes from here and from the list's own
// map of fields; what was asked for is an argument, always. The rows to skip are counted off in an index, and only those
// of the page are read.

const (
	mostConditions = 20  // of one list
	mostValues     = 100 // of one condition
)

// errListing: a list was asked for something that it does not know. Whoever asks has to know what it knows.
var errListing = errors.New("sqlstore: a list does not know the field, the test or the value")

// listed is a table as a list shows it.
type listed struct {
	table  string            // with its alias: "users u"
	key    string            // the column that identifies a row: "u.id"
	fields string            // what a row is made of, as its record takes it
	joined string            // what fields needs beside the table; it must neither add nor lose rows
	known  map[string]column // by field of organization.Listing; organization.FieldCreated is needed
}

// column is what a list can be sorted by, and held against conditions.
type column struct {
	name  string
	whole bool // a time, a truth or a number; the others are texts
}

// filter is a condition in SQL. Its text has nothing in it that anybody asked for.
type filter struct {
	text   string
	args   []any
	varies bool // the text is one of too many for keeping it prepared
}

// where begins a filter with what holds for the whole list: whose it is.
func where(text string, args ...any) filter { return filter{text: text, args: args} }

// ofScope begins a filter with everything of one scope, by the alias of a table.
func ofScope(alias string, scope organization.Scope) filter {
	return where(alias+`.organization = ? AND `+alias+`.environment = ?`, scope.Organization, string(scope.Environment))
}

// and adds a condition that depends on what was asked for.
func (f filter) and(text string, args ...any) filter {
	all := append(append(make([]any, 0, len(f.args)+len(args)), f.args...), args...)
	return filter{text: f.text + ` AND ` + text, args: all, varies: true}
}

// in leaves what has one of the values, which is nothing for no values. The column's name is ours.
func (f filter) in(column string, values []string) filter {
	args := make([]any, 0, len(values))
	for _, v := range values {
		if storable([]any{v}) {
			args = append(args, v)
		}
	}
	if len(args) == 0 {
		return f.and(`1 = 0`)
	}
	return f.and(column+` IN (`+places("?", len(args))+`)`, args...)
}

// page gives a page of a list, and how many rows it has on all pages: one statement, and one more for a page behind the
// last. Equal rows are sorted by their key, in the same direction. It fails with errListing.
func page[T any, P rowOf[T]](ctx context.Context, l *link, t listed, home filter, q organization.Listing) ([]T, int, error) {
	return pageOfAll[T, P](ctx, l, t, []filter{home}, q)
}

// pageOfAll is page for what one of several filters leaves. No row may be left by two of them.
func pageOfAll[T any, P rowOf[T]](ctx context.Context, l *link, t listed, homes []filter, q organization.Listing) ([]T, int, error) {
	keep := true
	var args []any
	for i := range homes {
		var err error
		if homes[i], err = t.conditions(homes[i], q.Where); err != nil {
			return nil, 0, err
		}
		keep, args = keep && !homes[i].varies, append(args, homes[i].args...)
	}
	text, err := t.page(homes, q)
	if err != nil {
		return nil, 0, err
	}
	twice := append(append([]any{}, args...), args...)
	rows, err := gather[counted[T, P]](ctx, l, keep, text, append(twice, max(q.Limit, 0), max(q.Offset, 0)))
	if err != nil {
		return nil, 0, err
	}
	if len(rows) == 0 {
		total, err := gather[number](ctx, l, keep, `SELECT `+t.total(homes), args)
		if err != nil || len(total) == 0 {
			return nil, 0, err
		}
		return nil, int(total[0].n), nil
	}
	list := make([]T, len(rows))
	for i := range rows {
		list[i] = rows[i].row
	}
	return list, int(rows[0].total), nil
}

// counted is a row of a page.
type counted[T any, P rowOf[T]] struct {
	row   T
	total int64
}

func (c *counted[T, P]) fields() []any { return append(P(&c.row).fields(), &c.total) }

// total is how many rows the filters leave.
func (t listed) total(homes []filter) string {
	counts := make([]string, len(homes))
	for i, f := range homes {
		counts[i] = `(SELECT COUNT(*) FROM ` + t.table + ` WHERE ` + f.text + `)`
	}
	return strings.Join(counts, ` + `)
}

// page is the statement for a page; it takes the filters' arguments twice, then limit and offset. The rows of several
// filters are merged in order, each from its own index.
func (t listed) page(homes []filter, q organization.Listing) (string, error) {
	by, ok := t.known[cmp.Or(q.By, organization.FieldCreated)]
	if !ok {
		return "", fmt.Errorf("%w: sort", errListing)
	}
	direction := ` DESC`
	if q.Ascending {
		direction = ` ASC`
	}
	keys, inner, outer := t.key+` AS id`, t.key+direction, `page.id`+direction
	if by.name != t.key {
		keys, inner, outer = keys+`, `+by.name+` AS sorted`, by.name+direction+`, `+inner, `page.sorted`+direction+`, `+outer
	}
	rows := `SELECT ` + keys + ` FROM ` + t.table + ` WHERE ` + homes[0].text
	if len(homes) > 1 {
		sorted := make([]string, len(homes)) // PostgreSQL walks no index in order within a UNION unless it is told to
		for i, f := range homes {
			sorted[i] = `SELECT * FROM (SELECT ` + keys + ` FROM ` + t.table + ` WHERE ` + f.text + ` ORDER BY ` + inner + `) page`
		}
		rows, inner = `SELECT * FROM (`+strings.Join(sorted, ` UNION ALL `)+`) page`, outer
	}
	return `SELECT ` + t.fields + `, ` + t.total(homes) + ` FROM (` + rows + ` ORDER BY ` + inner + ` LIMIT ? OFFSET ?) page JOIN ` +
		t.table + ` ON ` + t.key + ` = page.id` + t.joined + ` ORDER BY ` + outer, nil
}

// conditions adds what was asked for to a filter.
func (t listed) conditions(f filter, asked []organization.Condition) (filter, error) {
	if len(asked) > mostConditions {
		return filter{}, fmt.Errorf("%w: %d conditions", errListing, len(asked))
	}
	for _, c := range asked {
		col, ok := t.known[c.Field]
		if !ok {
			return filter{}, fmt.Errorf("%w: condition", errListing)
		}
		var err error
		if f, err = col.meets(f, c); err != nil {
			return filter{}, err
		}
	}
	return f, nil
}

// compared are the tests that hold a column against one value as it is.
var compared = map[organization.Test]string{
	organization.Equals: ` = ?`, organization.Differs: ` <> ?`,
	organization.Above: ` > ?`, organization.AtLeast: ` >= ?`, organization.Below: ` < ?`, organization.AtMost: ` <= ?`,
}

// meets adds one condition. A text that no column can hold equals none and is contained in none.
func (c column) meets(f filter, asked organization.Condition) (filter, error) {
	switch n := len(asked.Values); asked.Test {
	case organization.In:
		return c.among(f, asked.Values)
	case organization.IsNull, organization.NotNull:
		if n != 0 {
			return filter{}, fmt.Errorf("%w: %d values", errListing, n)
		}
		if asked.Test == organization.IsNull {
			return f.and(c.name + ` IS NULL`), nil
		}
		return f.and(c.name + ` IS NOT NULL`), nil
	default:
		if n != 1 {
			return filter{}, fmt.Errorf("%w: %d values", errListing, n)
		}
	}
	value := asked.Values[0]
	sign, ok := compared[asked.Test]
	switch {
	case ok && c.whole:
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return filter{}, fmt.Errorf("%w: no number", errListing) // the error would quote the value
		}
		return f.and(c.name+sign, n), nil
	case c.whole:
		return filter{}, fmt.Errorf("%w: test of a number", errListing)
	case !storable([]any{value}):
		if asked.Test == organization.Differs {
			return f, nil
		}
		return f.and(`1 = 0`), nil
	case ok:
		return f.and(c.name+sign, value), nil
	}
	return c.contains(f, asked.Test, value)
}

// contains looks for a part without LIKE, in which some signs have a meaning of their own. Both databases fold ASCII and
// nothing else, PostgreSQL because of the columns' collation; the value is folded here, since its own is another.
func (c column) contains(f filter, test organization.Test, value string) (filter, error) {
	name := c.name
	switch test {
	case organization.Contains:
	case organization.ContainsFolded:
		name, value = `lower(`+name+`)`, foldASCII(value)
	default:
		return filter{}, fmt.Errorf("%w: test", errListing)
	}
	if value == "" {
		return f, nil // it is within every text, and replacing it would change none
	}
	return f.and(`replace(`+name+`, ?, '') <> `+name, value), nil
}

func (c column) among(f filter, values []string) (filter, error) {
	if len(values) > mostValues {
		return filter{}, fmt.Errorf("%w: %d values", errListing, len(values))
	}
	if !c.whole {
		return f.in(c.name, values), nil
	}
	args := make([]any, 0, len(values))
	for _, v := range values {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return filter{}, fmt.Errorf("%w: no number", errListing)
		}
		args = append(args, n)
	}
	if len(args) == 0 {
		return f.and(`1 = 0`), nil
	}
	return f.and(c.name+` IN (`+places("?", len(args))+`)`, args...), nil
}

// padded repeats the last of some values until they are 1, 2, 4, 8 ... so that few texts of a statement are kept.
func padded(values []string) []any {
	args := make([]any, 0, 2*len(values))
	for _, v := range values {
		args = append(args, v)
	}
	for n := len(args); n > 0 && n&(n-1) != 0; n = len(args) {
		args = append(args, args[n-1])
	}
	return args
}

func foldASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
