package law

import (
	"fmt"

	"../record"
)

// report lets an incident in.
func (c *Council) report(r *record.Record, _ int64) error {
	words := func(name string) []string { return c.Charter.words("incident-" + name) }
	if c.member(r.Get("by")) == nil || !contains(words("categories"), r.Get("category")) {
		return fmt.Errorf("no member reports it, or the charter has no category %s", r.Get("category"))
	}
	if r.Time("from") > c.time || r.Has("until") && (r.Time("until") < r.Time("from") || r.Time("until") > c.time) {
		return fmt.Errorf("it has not happened yet, or ends before it begins")
	}
	factors := map[string]bool{}
	for _, row := range r.All("severity") {
		if factors[row[0]] || !contains(words("factors"), row[0]) || !contains(words("levels"), row[1]) {
			return fmt.Errorf("the severity %s %s is not the charter's, or stands twice", row[0], row[1])
		}
		factors[row[0]] = true
	}
	c.incidents = append(c.incidents, r.TextHash)
	return nil
}

func (c *Council) checkIncident(row []string) error {
	number, _ := record.ParseNumber(row[0])
	if number < 1 || number > uint64(len(c.incidents)) || c.incidents[number-1] != row[1] {
		return fmt.Errorf("there is no incident %d of this text", number)
	}
	return nil
}

// attribute lets an attribution of an incident in.
func (c *Council) attribute(r *record.Record, _ int64) error {
	if c.member(r.Get("by")) == nil {
		return fmt.Errorf("%s is no member", r.Get("by"))
	}
	if !contains(c.Charter.words("incident-findings"), r.Get("finding")) ||
		!contains(c.Charter.words("incident-confidence"), r.Get("confidence")) {
		return fmt.Errorf("the charter has no such finding or confidence")
	}
	return c.checkIncident(r.Row("incident"))
}
