package law

import (
	"fmt"
	"time"

	"../record"
)

// changeLine is the line that a kind with an effect asks for.
var changeLine = map[string]string{
	"authorisation": "participating", "accession": "admits", "departure": "departs",
	"appointment": "appoints", "weights": "total-weight", "rules": "next-rules",
}

func formatTime(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") }

// checkChange: a measure changes in the council what its kind is for, and could do so now.
func (c *Council) checkChange(m *Measure, r *record.Record) error {
	effect := c.Charter.Kinds[r.Get("kind")].Effect
	for name, line := range changeLine {
		if r.Has(line) != (name == effect) {
			return fmt.Errorf("the line %q does not fit the kind", line)
		}
	}
	if effect != "" && r.Has("enters") {
		return fmt.Errorf("what changes the council changes it with its adoption")
	}
	switch effect {
	case "authorisation", "weights":
		return c.checkCodes(m, r)
	case "departure":
		code := r.Get("departs")
		if _, given := c.notices[code]; c.member(code) == nil || !given {
			return fmt.Errorf("%s has given no notice", code)
		}
	case "rules":
		if r.Number("next-rules") <= c.rules {
			return fmt.Errorf("rules go forward")
		}
	case "accession", "appointment":
		return c.checkNewParty(m, r)
	}
	return nil
}

// checkCodes: codes stand in roster order, each once; the weights fit into the whole, and those that
// take part are enough.
func (c *Council) checkCodes(m *Measure, r *record.Record) error {
	at, codes := 0, c.codes()
	rows := append(append([][]string{}, r.All("participating")...), r.All("weight")...)
	for _, row := range rows {
		for at < len(codes) && codes[at] != row[0] {
			at++
		}
		if at == len(codes) {
			return fmt.Errorf("codes are not in roster order, each once")
		}
		at++
	}
	if r.Has("total-weight") {
		return asError(c.lostWeights(m, r))
	}
	least, found := uint64(0), false
	for _, rule := range c.Charter.Rules {
		if rule.Whose == "participating" && (!found || rule.AtLeast < least) {
			least, found = rule.AtLeast, true
		}
	}
	if uint64(len(rows)) < least {
		return fmt.Errorf("too few members take part")
	}
	return nil
}

func asError(why string) error {
	if why == "" {
		return nil
	}
	return fmt.Errorf("%s", why)
}

// checkNewParty: an entrant, or whom a measure appoints, can be one.
func (c *Council) checkNewParty(m *Measure, r *record.Record) error {
	name := "admits"
	if r.Has("appoints") {
		name = "appoints"
	}
	code, ids := r.Get(name), map[string]bool{}
	if err := asError(c.lostParty(r, code)); err != nil {
		return err
	}
	if err := asError(c.lostKey(m, r)); err != nil {
		return err
	}
	for _, k := range partiesOf(r, name)[0].keys() {
		if id := c.used.id(code, k); ids[id] {
			return fmt.Errorf("two keys of %s have one key id", code)
		}
		ids[c.used.id(code, k)] = true
	}
	if name == "appoints" {
		return c.checkAppointment(partiesOf(r, name)[0])
	}
	if len(c.Members)+c.entering() >= membersMost {
		return fmt.Errorf("the roster is full")
	}
	return nil
}

// checkAppointment: the role is the charter's, and the appointment changes something or ends a freeze.
func (c *Council) checkAppointment(p *Party) error {
	if !contains(c.Charter.words("roles"), p.Role) {
		return fmt.Errorf("the charter has no role %s", p.Role)
	}
	before := c.appointee(p.Code)
	frozen := c.pending.frozen[p.Code] || before != nil && before.Frozen
	if before == nil || frozen || before.Role != p.Role || before.Name != p.Name || before.Needs != p.Needs ||
		len(before.Officers) != len(p.Officers) {
		return nil
	}
	for n, o := range p.Officers {
		if before.Officers[n] != o {
			return nil
		}
	}
	return fmt.Errorf("the appointment of %s changes nothing", p.Code)
}

// entering is how many entrants wait.
func (c *Council) entering() int {
	count := 0
	for _, waits := range c.queue {
		if waits.what == "enter" {
			count++
		}
	}
	return count
}
