package law

import (
	"fmt"

	"../record"
)

// entitle finds the entitled members of a measure, the others with the reason, and the member on
// whose notice that rests.
func (c *Council) entitle(m *Measure) error {
	r := m.Record
	rule := c.Charter.Rules[m.rule()]
	m.noticeOf = r.Get("departs")
	switch rule.Whose {
	case "all":
		if r.Has("concerns") || r.Has("authorised-by") {
			return fmt.Errorf("where all decide nobody is left out")
		}
		m.Entitled = c.codes()
		return nil
	case "participating":
		return c.entitleParticipating(m, rule)
	}
	return c.entitleOthers(m)
}

// entitleOthers leaves the member concerned out.
func (c *Council) entitleOthers(m *Measure) error {
	r := m.Record
	concerned := r.Get("concerns")
	kind := c.Charter.Kinds[m.kind()]
	switch {
	case c.member(concerned) == nil || r.Has("authorised-by"):
		return fmt.Errorf("the measure names no member concerned, or an authorisation")
	case kind.Effect == "departure" && r.Get("departs") != concerned:
		return fmt.Errorf("on a departure whoever leaves is concerned")
	}
	if kind.authority(m.rule()) == "notice" {
		if _, given := c.notices[concerned]; !given {
			return fmt.Errorf("%s has given no notice", concerned)
		}
		m.noticeOf, m.leftBy = concerned, true
	}
	c.leaveOut(m, func(code string) bool { return code == concerned }, c.whyConcerned(r))
	return nil
}

// whyConcerned is why the member concerned is not entitled, with the source of the law on that.
func (c *Council) whyConcerned(text *record.Record) string {
	if source := c.Charter.SourceOf(text.Get("kind"), text.Get("rule")); source != "" {
		return "it is the member concerned (" + source + ")"
	}
	return "it is the member concerned"
}

func (k *Kind) authority(rule string) string {
	for _, w := range k.decided {
		if w.rule == rule {
			return w.authority
		}
	}
	return ""
}

func (c *Council) entitleParticipating(m *Measure, rule *Rule) error {
	cited := m.Record.Row("authorised-by")
	if cited == nil || m.Record.Has("concerns") {
		return fmt.Errorf("the measure cites no authorisation, or names a member concerned")
	}
	authorising, err := c.cited(cited[0], cited[1])
	if err == nil {
		err = c.checkInForce(authorising)
	}
	if err != nil {
		return err
	}
	named := map[string]bool{}
	for _, row := range authorising.Record.All("participating") {
		named[row[0]] = true
	}
	if len(named) == 0 || authorising.replaced {
		return fmt.Errorf("measure %d authorises nothing, or is replaced", authorising.Number)
	}
	why := fmt.Sprintf("it does not take part in what measure %d authorised", authorising.Number)
	c.leaveOut(m, func(code string) bool { return !named[code] }, why)
	if uint64(len(m.Entitled)) < rule.AtLeast {
		return fmt.Errorf("too few members take part")
	}
	return nil
}

func (c *Council) leaveOut(m *Measure, out func(code string) bool, why string) {
	for _, code := range c.codes() {
		if out(code) {
			m.notEntitled = append(m.notEntitled, left{code, why})
		} else {
			m.Entitled = append(m.Entitled, code)
		}
	}
}

// checkInForce: adopted, not expired, not repealed and not annulled.
func (c *Council) checkInForce(m *Measure) error {
	if m.Status != "adopted" {
		return fmt.Errorf("measure %d was not adopted", m.Number)
	}
	if m.Record.Has("expires") && m.Record.Time("expires") <= c.time || m.repealed || m.annulled {
		return fmt.Errorf("measure %d is no longer in force", m.Number)
	}
	return nil
}

// checkPredecessor: it is in force, and whoever had a ballot on it has one here.
func (c *Council) checkPredecessor(m *Measure, r *record.Record) error {
	row := r.Row("predecessor")
	if row == nil {
		return nil
	}
	before, err := c.cited(row[1], row[2])
	if err == nil {
		err = c.checkInForce(before)
	}
	if err != nil {
		return err
	}
	for _, code := range before.Entitled {
		if c.member(code) != nil && !m.isEntitled(code) {
			return fmt.Errorf("%s had a ballot on what this replaces, and has none here", code)
		}
	}
	return nil
}
