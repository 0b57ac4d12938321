package law

import (
	"bytes"
	"fmt"
	"strings"

	"../record"
)

// Seats is who sat at a time, with all that a measure that is tabled then keeps of it.
type Seats struct {
	codes   []string
	weights map[string]uint64
	total   uint64
}

// Seats of the council as it stands.
func (c *Council) Seats() Seats {
	s := Seats{codes: c.codes(), weights: map[string]uint64{}, total: c.total}
	for _, p := range c.Members {
		s.weights[p.Code] = p.Weight
	}
	return s
}

// Codes of those who sat.
func (s Seats) Codes() []string { return s.codes }

// Is tells whether both are the same.
func (s Seats) Is(other Seats) bool { return fmt.Sprint(s) == fmt.Sprint(other) }

// Case is a decision with what is shown of the measure that it decides.
type Case struct {
	Decision *record.Record
	// Text is the text that was decided.
	Text *record.Record
	// Participating are those who take part in what was authorised; nil if that is not shown.
	Participating []string
	// Package are the measures of its package; nil if that is not shown.
	Package []string
	// Ballots are the last ones of each code on the measure, and where they stand.
	Ballots map[string]Heard
	// Mandates by their text hash.
	Mandates map[string]Heard
}

// Heard is a ballot or a mandate that is shown, at its place.
type Heard struct {
	Record *record.Record
	At     int64
}

// Verdict on the votes behind a decision.
type Verdict int

// The votes are not all shown; are those that were counted; or are others, or amount to something else.
const (
	NotShown Verdict = iota
	Counted
	Differs
)

// on tells whether a statement is about the text that was decided.
func (k *Case) on(r *record.Record) bool {
	for _, name := range []string{"measure", "revision", "text", "title", "rule", "package"} {
		if r.Get(name) != k.Decision.Get(name) {
			return false
		}
	}
	return true
}

// Recount judges the votes behind a decision, which was tabled while one of these sat.
func (c *Council) Recount(k *Case, seats []Seats) Verdict {
	verdict := NotShown
	for _, s := range seats {
		m, known := c.tabledBy(k, s)
		if !known {
			return NotShown
		}
		if m == nil {
			verdict = Differs
			continue
		}
		all := true
		for _, code := range m.Entitled {
			all = all && k.Ballots[code].Record != nil && k.on(k.Ballots[code].Record)
		}
		if !all {
			continue
		}
		if !k.takeBallots(m) {
			return NotShown
		}
		if verdict = c.compare(k, m); verdict == Counted {
			return Counted
		}
	}
	return verdict
}

// tabledBy is the measure as those seats tabled it; none if the decision leaves out others than its
// rule does, or for another reason. It is not known if it is not shown who takes part.
func (c *Council) tabledBy(k *Case, s Seats) (*Measure, bool) {
	rule, why := c.Charter.Rules[k.Text.Get("rule")], c.whyConcerned(k.Text)
	m := &Measure{Record: k.Text, sitting: s.codes, weights: s.weights, total: s.total}
	m.clear()
	leaves := func(string) bool { return false }
	switch rule.Whose {
	case "minus-concerned":
		leaves = func(code string) bool { return k.Text.Get("concerns") == code }
	case "participating":
		if k.Participating == nil {
			return nil, false
		}
		leaves = func(code string) bool { return !contains(k.Participating, code) }
		why = fmt.Sprintf("it does not take part in what measure %s authorised", k.Text.Get("authorised-by"))
	}
	var out [][]string
	for _, code := range s.codes {
		if leaves(code) {
			out = append(out, []string{code, why})
		} else {
			m.Entitled = append(m.Entitled, code)
		}
	}
	said := k.Decision.All("not-entitled")
	if fmt.Sprint(said) != fmt.Sprint(out) || k.Decision.Get("rule") != k.Text.Get("rule") {
		return nil, true
	}
	return m, true
}

// takeBallots casts the shown ballots; not if a mandate of one is not shown, is about another text, lets
// somebody else cast the ballot, or one who casts another already.
func (k *Case) takeBallots(m *Measure) bool {
	holders := map[string]bool{}
	for _, code := range m.Entitled {
		heard := k.Ballots[code]
		r := heard.Record
		b := &Ballot{
			Position: r.Get("position"), TextHash: r.TextHash, Signatures: SignaturesHash(r), Leaf: heard.At,
		}
		switch given := k.Mandates[r.Get("mandate")]; {
		case !r.Has("mandate") && r.Get("by") == code:
		case given.Record == nil || !k.on(given.Record) || given.Record.Get("for") != code:
			return false
		case given.Record.Get("to") != r.Get("by") || holders[r.Get("by")]:
			return false
		default:
			holders[r.Get("by")] = true
			b.under = &Mandate{Holder: r.Get("by"), TextHash: given.Record.TextHash, Leaf: given.At}
		}
		m.ballots[code] = b
	}
	return true
}

// compare tells whether the decision is that on these ballots.
func (c *Council) compare(k *Case, m *Measure) Verdict {
	outcome, reasons := "not-adopted", []string{c.obstacle(m)}
	if len(m.missing()) > 0 || !c.isAllowed(m) {
		return Differs
	}
	if reasons[0] == "" && k.Decision.Get("outcome") == "adopted" {
		outcome, reasons = "adopted", []string{adoptedBy(countOf(m))}
	} else if reasons[0] == "" {
		// A package falls for a reason that stands in no ballot on this measure.
		if reasons = nil; k.Decision.Has("package") && k.Package == nil {
			return NotShown
		}
		for _, number := range k.Package {
			reasons = append(reasons, fmt.Sprintf("its package cannot be adopted: measure %s is not", number))
		}
	}
	for _, reason := range reasons {
		if bytes.Equal(c.decisionOf(k, m, outcome, reason), k.Decision.Raw) {
			return Counted
		}
	}
	return Differs
}

// isAllowed tells whether rule and kind let each of these ballots be cast, and cast by others.
func (c *Council) isAllowed(m *Measure) bool {
	rule, kind := c.Charter.Rules[m.Record.Get("rule")], c.Charter.Kinds[m.kind()]
	for _, b := range m.ballots {
		abstains := strings.HasPrefix(b.Position, "abstain")
		switch {
		case abstains && !rule.Abstention:
			return false
		case b.Position == "abstain-qualified" && !kind.Qualified:
			return false
		case b.under != nil && !(c.Charter.genesis.Has("charter-mandates") && rule.Mandates):
			return false
		}
	}
	return true
}

// decisionOf is the decision with these ballots, outcome and reason, and all else as it stands.
func (c *Council) decisionOf(k *Case, m *Measure, outcome, reason string) []byte {
	d := k.Decision
	said := reason
	if d.Has("votes") {
		said = withoutVotes(outcome)
	}
	lines := []string{"nemcon/v1 decision", "council " + c.Digest}
	for _, name := range []string{"number", "measure", "revision", "text", "title", "rule"} {
		lines = append(lines, name+" "+d.Get(name))
	}
	lines = append(lines, "outcome "+outcome, "reason "+said, "roster "+d.Get("roster"))
	if d.Has("package") {
		lines = append(lines, "package "+d.Get("package"))
	}
	m.Number = small(d.Get("measure"))
	if d.Has("votes") {
		lines = append(lines, "votes "+c.votes(m, reason))
	} else {
		for _, code := range m.Entitled {
			lines = append(lines, ballotLine(code, m.ballots[code]))
		}
		lines = append(lines, mandateLines(m)...)
	}
	for _, row := range d.All("not-entitled") {
		lines = append(lines, "not-entitled "+strings.Join(row, " "))
	}
	return rendered(lines)
}

func withoutVotes(outcome string) string {
	if outcome == "adopted" {
		return "the rule is met"
	}
	return "the rule is not met"
}

// CheckNamed: a decision or a lapse names title, revision and rule as its text has them; and a decision
// commits to its votes where the charter asks for that, and only there.
func (c *Council) CheckNamed(ending, text *record.Record) error {
	revision := "1"
	if text.Kind == "revision" {
		revision = text.Get("revision")
	}
	isNamed := ending.Get("title") == text.Get("title") && ending.Get("revision") == revision
	if !isNamed || ending.Has("rule") && ending.Get("rule") != text.Get("rule") {
		return fmt.Errorf("it names title, revision or rule otherwise than its text")
	}
	known := c.Charter.Kinds[text.Get("kind")] != nil
	if ending.Kind == "decision" && known && c.Charter.HidesVotes(text.Get("kind")) != ending.Has("votes") {
		return fmt.Errorf("it tells its votes, or keeps them, otherwise than the charter says")
	}
	return nil
}

// CheckHiddenReason: a decision that commits to its votes says no more than whether the rule is met.
func CheckHiddenReason(d *record.Record) error {
	if d.Has("votes") && d.Get("reason") != withoutVotes(d.Get("outcome")) {
		return fmt.Errorf("the decision on measure %s has a reason that does not fit", d.Get("measure"))
	}
	return nil
}
