package law

import (
	"fmt"

	"../record"
)

// onMeasure lets a statement on a measure in, and has it act.
func (c *Council) onMeasure(r *record.Record, leaf int64) error {
	m, err := c.measure(r.Number("measure"))
	if err != nil {
		return err
	}
	if err := checkAbout(m, r); err != nil {
		return err
	}
	if r.Kind != "ballot" && r.Get("by") != r.Get("for") {
		return fmt.Errorf("%s speaks for %s", r.Get("by"), r.Get("for"))
	}
	switch r.Kind {
	case "attestation":
		return c.attest(m, r)
	case "remark":
		return c.remark(m, r)
	}
	if !m.isOpen() || c.time >= m.Closes {
		return fmt.Errorf("measure %d has ended", m.Number)
	}
	switch r.Kind {
	case "ballot":
		return c.cast(m, r, leaf)
	case "mandate":
		return c.empower(m, r, leaf)
	case "reservation":
		return c.reserve(m, r)
	case "extension":
		return c.extend(m, r)
	case "withdrawal":
		if m.Proposer != r.Get("by") {
			return fmt.Errorf("%s did not table measure %d", r.Get("by"), m.Number)
		}
		for _, other := range c.bound(m) {
			c.pending.withdrawn[other.Number] = true
		}
		return nil
	}
	return c.close(m, r)
}

// checkAbout: the lines that name the measure say what it is.
func checkAbout(m *Measure, r *record.Record) error {
	if r.Number("revision") != m.Revision || r.Get("text") != m.Record.TextHash ||
		r.Get("title") != m.Record.Get("title") || r.Get("rule") != m.rule() || r.Get("package") != m.pack {
		return fmt.Errorf("it names measure %d otherwise than it stands", m.Number)
	}
	return nil
}

func (c *Council) hasOpened(m *Measure) error {
	if m.Record.Has("opens") && c.time < m.Record.Time("opens") {
		return fmt.Errorf("measure %d is not open yet", m.Number)
	}
	return nil
}

func (c *Council) cast(m *Measure, r *record.Record, leaf int64) error {
	by, on, position := r.Get("by"), r.Get("for"), r.Get("position")
	rule, kind := c.Charter.Rules[m.rule()], c.Charter.Kinds[m.kind()]
	if err := c.hasOpened(m); err != nil {
		return err
	}
	standing, p := m.ballots[on], c.Charter.procedures[m.Record.Get("procedure")]
	switch {
	case !m.isEntitled(on):
		return fmt.Errorf("%s is not entitled", on)
	case position == "abstain" && !rule.Abstention || position == "abstain-qualified" && !kind.Qualified:
		return fmt.Errorf("the rule or the kind knows no %s", position)
	case r.Has("assent") && (p == nil || !p.tacit):
		return fmt.Errorf("the procedure knows no tacit assent")
	case position == "retracted" && (standing == nil || standing.Position == "retracted"):
		return fmt.Errorf("%s has no ballot to retract", on)
	}
	under, err := mandateOf(m, r)
	if err != nil {
		return err
	}
	b := &Ballot{Position: position, Leaf: leaf, TextHash: r.TextHash, Signatures: SignaturesHash(r), under: under}
	if under != nil {
		b.Holder = by
		under.used = true
	} else {
		delete(m.mandates, on)
		for placed := range m.reservations {
			if position == "in-favour" && placed[0] == on {
				delete(m.reservations, placed)
			}
		}
	}
	m.ballots[on] = b
	return nil
}

// mandateOf is the mandate under which a ballot is cast; none if it is the member's own.
func mandateOf(m *Measure, r *record.Record) (*Mandate, error) {
	by, on := r.Get("by"), r.Get("for")
	if by == on {
		if r.Has("mandate") {
			return nil, fmt.Errorf("a member's own ballot names a mandate")
		}
		return nil, nil
	}
	given := m.mandates[on]
	if given == nil || given.Holder != by || given.TextHash != r.Get("mandate") {
		return nil, fmt.Errorf("%s does not hold the mandate of %s that is named", by, on)
	}
	if r.Get("position") == "abstain-qualified" {
		return nil, fmt.Errorf("a declaration is the member's own")
	}
	return given, nil
}

func (c *Council) empower(m *Measure, r *record.Record, leaf int64) error {
	giver, holder := r.Get("for"), r.Get("to")
	standing := m.mandates[giver]
	switch {
	case !c.Charter.genesis.Has("charter-mandates") || !c.Charter.Rules[m.rule()].Mandates:
		return fmt.Errorf("no mandates are given here")
	case !m.isEntitled(giver):
		return fmt.Errorf("%s is not entitled", giver)
	case standing != nil && standing.used:
		return fmt.Errorf("the mandate of %s has been used", giver)
	case holder == "none" && standing == nil:
		return fmt.Errorf("%s has given no mandate", giver)
	case holder == "none":
		delete(m.mandates, giver)
		return nil
	case holder == giver || !m.isEntitled(holder):
		return fmt.Errorf("%s is not another entitled member", holder)
	case m.ballots[giver] != nil && m.ballots[giver].Position != "retracted":
		return fmt.Errorf("the ballot of %s stands", giver)
	case m.mandates[holder] != nil:
		return fmt.Errorf("%s has given a mandate", holder)
	}
	for from, given := range m.mandates {
		if given.Holder == giver || given.Holder == holder && from != giver {
			return fmt.Errorf("%s holds a mandate of %s", given.Holder, from)
		}
	}
	m.mandates[giver] = &Mandate{Holder: holder, Leaf: leaf, TextHash: r.TextHash}
	return nil
}

func (c *Council) reserve(m *Measure, r *record.Record) error {
	key := [2]string{r.Get("for"), r.Get("reservation")}
	if !contains(c.Charter.words("reservations"), key[1]) || !m.isEntitled(key[0]) {
		return fmt.Errorf("%s is not entitled, or the charter has no reservation %s", key[0], key[1])
	}
	if m.reservations[key] == (r.Get("act") == "place") {
		return fmt.Errorf("a reservation %s of %s stands already, or does not", key[1], key[0])
	}
	if m.reservations[key] {
		delete(m.reservations, key)
	} else {
		m.reservations[key] = true
	}
	return nil
}

func (c *Council) extend(m *Measure, r *record.Record) error {
	if !c.may(r.Get("by"), c.Charter.words("extend"), m.Proposer) || r.Time("closes") <= m.Closes {
		return fmt.Errorf("%s may not extend, or does not put the deadline off", r.Get("by"))
	}
	for _, other := range c.bound(m) {
		if err := c.checkDates(other.Record, r.Time("closes")); err != nil {
			return err
		}
	}
	for _, other := range c.bound(m) {
		other.Closes = r.Time("closes")
	}
	return nil
}

func (c *Council) close(m *Measure, r *record.Record) error {
	by := r.Get("by")
	if !c.may(by, c.Charter.words("close"), m.Proposer) {
		return fmt.Errorf("%s may not close", by)
	}
	for _, other := range c.bound(m) {
		if err := c.hasOpened(other); err != nil {
			return err
		}
		if other.Record.Has("appoints") && c.member(by) == nil {
			return fmt.Errorf("no participant closes an appointment")
		}
	}
	for _, other := range c.bound(m) {
		if c.pending.closed[other.Number] == nil {
			c.pending.closed[other.Number] = map[string]bool{}
		}
		c.pending.closed[other.Number][by] = true
	}
	return nil
}

func (c *Council) attest(m *Measure, r *record.Record) error {
	charter, word := c.Charter, r.Get("attests")
	if !c.may(r.Get("by"), charter.words("attest"), "") || !contains(charter.words("attests"), word) {
		return fmt.Errorf("%s may not attest, or the charter has no attestation %s", r.Get("by"), word)
	}
	own, listed := false, false
	for name, p := range charter.procedures {
		if contains(p.attests, word) {
			listed = true
			own = own || name == m.Record.Get("procedure")
		}
	}
	if listed && !own {
		return fmt.Errorf("%s is attested of another procedure", word)
	}
	releases := charter.Kinds[m.kind()].Votes == "released" && !m.isOpen() && m.Status != "withdrawn"
	if word == charter.ReleasedBy && !releases {
		return fmt.Errorf("there are no votes to release")
	}
	if contains(charter.words("annuls"), word) {
		if m.Status != "adopted" {
			return fmt.Errorf("only what was adopted is annulled")
		}
		m.annulled = true
	}
	return nil
}

func (c *Council) remark(m *Measure, r *record.Record) error {
	by := r.Get("by")
	switch {
	case !c.may(by, c.Charter.words("remark"), "") || !contains(c.Charter.words("remarks"), r.Get("sort")):
		return fmt.Errorf("%s may not remark, or the charter has no remark %s", by, r.Get("sort"))
	case m.Status == "lapsed" || m.Status == "withdrawn":
		return fmt.Errorf("measure %d was not decided", m.Number)
	case m.remarks[by] >= remarksMost:
		return fmt.Errorf("%s has made %d remarks on this text", by, remarksMost)
	}
	m.remarks[by]++
	return nil
}
