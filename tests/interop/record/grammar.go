package record

import (
	"fmt"
	"strings"
)

// item is a line of a table, or lines that stand together, with how often they stand: 1, ?, * or +.
type item struct {
	name  string
	often byte
	// forms are those of the words; the last one takes the rest of the line.
	forms []Form
	// maybe is one more word, more any number of them.
	maybe, more *Form
	group       []item
}

func line(name string, often byte, forms ...Form) item {
	return item{name: name, often: often, forms: forms}
}

// words is a line of one or more labels.
func words(name string, often byte) item {
	return item{name: name, often: often, forms: []Form{labelForm}, more: &labelForm}
}

// group is named after its first line, which always stands.
func group(often byte, items ...item) item {
	items[0].often = '1'
	return item{name: items[0].name, often: often, group: items}
}

func named(name string, it item) item {
	it.name = name
	return it
}

func joined(parts ...[]item) []item {
	var all []item
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

// Line is one line that was read: its name and its values.
type Line struct {
	Name   string
	Values []string
}

func (it item) read(row string) (Line, error) {
	if !strings.HasPrefix(row, it.name+" ") {
		return Line{}, fmt.Errorf("a line without a value: %.80q", row)
	}
	rest := row[len(it.name)+1:]
	forms := append([]Form(nil), it.forms...)
	var values []string
	if it.maybe == nil && it.more == nil {
		values = strings.SplitN(rest, " ", len(forms))
	} else {
		values = strings.Split(rest, " ")
		if it.maybe != nil {
			forms = append(forms, *it.maybe)
		}
		for it.more != nil && len(forms) < len(values) {
			forms = append(forms, *it.more)
		}
	}
	if len(values) < len(it.forms) || len(values) > len(forms) {
		return Line{}, fmt.Errorf("a line with another number of values: %.80q", row)
	}
	if err := checkCharacters(row, it.name == "document"); err != nil {
		return Line{}, err
	}
	for n, value := range values {
		if !forms[n].ok(value) {
			return Line{}, fmt.Errorf("%.80q is no %s, in the line %q", value, forms[n].name, it.name)
		}
	}
	return Line{it.name, values}, nil
}

// reader takes rows by a table.
type reader struct {
	rows  []string
	lines []Line
}

func (r *reader) next() string {
	if len(r.rows) == 0 {
		return ""
	}
	return strings.SplitN(r.rows[0], " ", 2)[0]
}

func (r *reader) take(items []item) error {
	for _, it := range items {
		count := 0
		for len(r.rows) > 0 && r.next() == it.name && (count == 0 || it.often == '*' || it.often == '+') {
			count++
			if err := r.one(it); err != nil {
				return err
			}
		}
		if count == 0 && (it.often == '1' || it.often == '+') {
			return fmt.Errorf("the line %q is missing before %.80q", it.name, strings.Join(r.rows, "; "))
		}
	}
	return nil
}

func (r *reader) one(it item) error {
	if it.group != nil {
		return r.take(it.group)
	}
	found, err := it.read(r.rows[0])
	r.lines, r.rows = append(r.lines, found), r.rows[1:]
	return err
}

func readRows(rows []string, items []item) ([]Line, error) {
	r := reader{rows: rows}
	if err := r.take(items); err != nil {
		return nil, err
	}
	if len(r.rows) > 0 {
		return nil, fmt.Errorf("a line has no place here: %.80q", r.rows[0])
	}
	return r.lines, nil
}
