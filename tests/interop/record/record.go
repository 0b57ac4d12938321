package record

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits of records.
const (
	TextMost       = 60_000
	BytesMost      = 65_535
	StatementLines = 100
)

// Record is one leaf of the log, read by the table of its kind.
type Record struct {
	Kind       string
	Raw        []byte
	Text       string
	TextHash   string
	Signatures []NoteLine
	Lines      []Line
	byName     map[string][][]string
}

// Parse reads a record in its one written form. Each value has one form and each line one place, so
// that what is read is what was written.
func Parse(raw []byte) (*Record, error) {
	if len(raw) == 0 || len(raw) > BytesMost {
		return nil, fmt.Errorf("a record of %d bytes", len(raw))
	}
	if !utf8.Valid(raw) {
		return nil, fmt.Errorf("a record is not UTF-8")
	}
	r := &Record{Raw: raw, Text: string(raw)}
	first := strings.SplitN(r.Text, "\n", 2)[0]
	r.Kind = strings.TrimPrefix(first, "nemcon/v1 ")
	items, signed := statementLines[r.Kind]
	if signed {
		var err error
		if r.Text, r.Signatures, err = ParseNote(raw, StatementLines); err != nil {
			return nil, err
		}
		items = joined(head, items)
	} else if items = derivedLines[r.Kind]; items == nil || first == r.Kind {
		return nil, fmt.Errorf("a record begins with %.80q", first)
	}
	if len(r.Text) > TextMost || !strings.HasSuffix(r.Text, "\n") {
		return nil, fmt.Errorf("a text of %d bytes, or without an end", len(r.Text))
	}
	var err error
	rows := strings.Split(strings.TrimSuffix(r.Text, "\n"), "\n")
	if r.Lines, err = readRows(rows[1:], items); err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(r.Text))
	r.TextHash = hex.EncodeToString(sum[:])
	r.byName = map[string][][]string{}
	for _, line := range r.Lines {
		r.byName[line.Name] = append(r.byName[line.Name], line.Values)
	}
	return r, r.checkShape()
}

// IsStatement tells whether the record is signed.
func (r *Record) IsStatement() bool { return r.Signatures != nil }

// Has tells whether a line of this name stands.
func (r *Record) Has(name string) bool { return len(r.byName[name]) > 0 }

// All are the values of every line of this name.
func (r *Record) All(name string) [][]string { return r.byName[name] }

// Row are the values of the first line of this name, nil if there is none.
func (r *Record) Row(name string) []string {
	if !r.Has(name) {
		return nil
	}
	return r.byName[name][0]
}

// Get is the first value of the first line of this name, or nothing.
func (r *Record) Get(name string) string {
	if !r.Has(name) {
		return ""
	}
	return r.byName[name][0][0]
}

// Number is Get as a number.
func (r *Record) Number(name string) uint64 {
	n, _ := ParseNumber(r.Get(name))
	return n
}

// Time is Get in milliseconds since 1970.
func (r *Record) Time(name string) int64 {
	at, _ := ParseTime(r.Get(name))
	return at
}

// checkShape: which lines go together.
func (r *Record) checkShape() error {
	good := true
	switch r.Kind {
	case "ballot":
		good = r.Has("declaration") == (r.Get("position") == "abstain-qualified")
	case "remark":
		good = r.Has("says") != r.Has("digest")
	case "reservation":
		good = !(r.Has("reason") && r.Has("digest")) &&
			(r.Get("act") == "place" || !r.Has("reason") && !r.Has("digest"))
	case "rotation":
		good = r.Has("node") || r.Has("seal")
	case "keys":
		return checkOfficers(r.Number("threshold"), r.All("officer"))
	case "package":
		last := uint64(0)
		for n, row := range r.All("measure") {
			number, _ := ParseNumber(row[0])
			good = good && (n == 0 || number > last)
			last = number
		}
		good = good && len(r.All("measure")) >= 2
	case "measure", "revision":
		return r.checkChange()
	case "decision":
		good = !r.Has("votes") || !r.Has("ballot") && !r.Has("mandate")
	}
	if !good {
		return fmt.Errorf("lines of a %s do not go together", r.Kind)
	}
	return nil
}

// OfficersLaterMost is how many officers a party has that changes or enters later.
const OfficersLaterMost = 48

// checkOfficers takes rows of label and key.
func checkOfficers(k uint64, rows [][]string) error {
	labels := map[string]bool{"recovery": true}
	for _, row := range rows {
		if labels[row[0]] {
			return fmt.Errorf("an officer's label stands twice, or is %q", row[0])
		}
		labels[row[0]] = true
	}
	if k < 1 || k > uint64(len(rows)) || len(rows) > OfficersLaterMost {
		return fmt.Errorf("%d of %d officers", k, len(rows))
	}
	return nil
}

// checkChange: a measure changes the council in one form at most.
func (r *Record) checkChange() error {
	forms := 0
	for _, name := range []string{"participating", "admits", "departs", "appoints", "total-weight", "next-rules"} {
		if r.Has(name) {
			forms++
		}
	}
	if forms > 1 || r.Has("weight") && !r.Has("total-weight") {
		return fmt.Errorf("a measure changes the council in more than one form")
	}
	for _, name := range []string{"admits", "appoints"} {
		if r.Has(name) {
			return r.checkParty(name)
		}
	}
	return nil
}

// checkParty: the lines of an entrant, or of whom is appointed, are about one party.
func (r *Record) checkParty(name string) error {
	code, keys := r.Get(name), map[string]bool{}
	var officers [][]string
	for _, use := range []string{"officer", "recovery", "node", "seal"} {
		for _, row := range r.All(use) {
			key := row[len(row)-1]
			if row[0] != code || keys[key] {
				return fmt.Errorf("a line %s is of another party than %s, or its key stands twice", use, code)
			}
			keys[key] = true
			if use == "officer" {
				officers = append(officers, row[1:])
			}
		}
	}
	if name == "appoints" && r.Row(name)[1] == "0" && len(officers) == 0 {
		return nil
	}
	at := 2
	if name == "appoints" {
		at = 1
	}
	k, _ := ParseNumber(r.Row(name)[at])
	return checkOfficers(k, officers)
}
