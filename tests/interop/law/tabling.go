package law

import (
	"fmt"
	"reflect"

	"../record"
)

// table lets a measure in: its entitled members, the roster and the weights are fixed.
func (c *Council) table(r *record.Record, _ int64) error {
	by := r.Get("by")
	if err := c.checkKind(r); err != nil {
		return err
	}
	kind := c.Charter.Kinds[r.Get("kind")]
	may := c.Charter.words("table")
	if kind.table != nil {
		may = kind.table
	}
	if !c.may(by, may, "") && !(kind.Effect == "appointment" && c.member(by) != nil) {
		return fmt.Errorf("%s may not table a measure of the kind %s", by, kind.Name)
	}
	mine := 0
	for _, m := range c.openMeasures() {
		if m.Proposer == by {
			mine++
		}
	}
	if mine >= openMost {
		return fmt.Errorf("%s has %d measures open", by, mine)
	}
	m := &Measure{
		Number: len(c.Measures) + 1, Proposer: by, Record: r, Revision: 1, Closes: r.Time("closes"),
		Roster: RosterDigest(c.Members), sitting: c.codes(), weights: map[string]uint64{}, total: c.total,
		Status: "open",
	}
	m.clear()
	for _, p := range c.Members {
		m.weights[p.Code] = p.Weight
	}
	if err := c.entitle(m); err != nil {
		return err
	}
	if err := c.checkText(m, r); err != nil {
		return err
	}
	c.Measures, c.open = append(c.Measures, m), append(c.open, m)
	return nil
}

// checkKind: the charter knows the kind, its rule, and the legal basis on which it is used.
func (c *Council) checkKind(r *record.Record) error {
	for _, e := range c.Charter.elsewhere {
		if e.kind != "" && e.kind == r.Get("kind") {
			return fmt.Errorf("%s is decided elsewhere", e.kind)
		}
		for _, basis := range r.All("basis") {
			for _, on := range e.on {
				if meets(basis[0], on) {
					return fmt.Errorf("what rests on %.80q is decided elsewhere", basis[0])
				}
			}
		}
	}
	kind := c.Charter.Kinds[r.Get("kind")]
	if kind == nil {
		return fmt.Errorf("the charter knows no kind %s", r.Get("kind"))
	}
	for _, w := range kind.decided {
		if w.rule != r.Get("rule") {
			continue
		}
		rests := len(w.on) == 0
		for _, basis := range r.All("basis") {
			for _, on := range w.on {
				rests = rests || meets(basis[0], on)
			}
		}
		if rests {
			return c.checkWidth(r, w)
		}
	}
	return fmt.Errorf("%s is not decided by %s on such a basis", kind.Name, r.Get("rule"))
}

// checkWidth: no part of a basis is decided elsewhere, but where the charter itself names it for the kind.
func (c *Council) checkWidth(r *record.Record, w way) error {
	for _, basis := range r.All("basis") {
		for _, e := range c.Charter.elsewhere {
			for _, on := range e.on {
				if !contains(w.on, basis[0]) && meets(on, basis[0]) {
					return fmt.Errorf("a part of %.80q is decided elsewhere", basis[0])
				}
			}
		}
	}
	return nil
}

// checkText are the rules on a text, when it is tabled and when it replaces another.
func (c *Council) checkText(m *Measure, r *record.Record) error {
	if err := c.checkDates(r, r.Time("closes")); err != nil {
		return err
	}
	for _, check := range []func(*record.Record) error{c.checkWords, c.checkListing, c.checkIncidents} {
		if err := check(r); err != nil {
			return err
		}
	}
	if err := c.checkPredecessor(m, r); err != nil {
		return err
	}
	return c.checkChange(m, r)
}

// checkDates: opens < closes <= enters < reviews <= expires, as far as they are stated. Where no review
// is stated, it expires later than what is stated.
func (c *Council) checkDates(r *record.Record, closes int64) error {
	last := closes
	good := closes > c.time && (!r.Has("opens") || r.Time("opens") < closes)
	if r.Has("enters") {
		good, last = good && r.Time("enters") >= last, r.Time("enters")
	}
	if r.Has("reviews") {
		good, last = good && r.Time("reviews") > last, r.Time("reviews")
	}
	if r.Has("expires") {
		good = good && (r.Time("expires") > last || r.Has("reviews") && r.Time("expires") == last)
	}
	if !good {
		return fmt.Errorf("dates are out of order, or the deadline does not lie ahead")
	}
	return nil
}

// checkWords: the words of a measure are the charter's.
func (c *Council) checkWords(r *record.Record) error {
	for _, name := range []string{"procedure", "category", "item", "prepared", "targets", "target", "applies"} {
		for _, row := range r.All(name) {
			if !c.knows(name, row[0]) {
				return fmt.Errorf("the charter has no %s %s", name, row[0])
			}
		}
	}
	bases := c.Charter.firsts("charter-basis")
	for _, row := range r.All("basis") {
		if len(bases) > 0 && !hasForm(row[0], bases) {
			return fmt.Errorf("%.80q is no form of a legal basis", row[0])
		}
	}
	for _, row := range r.All("reference") {
		if len(c.Charter.references) > 0 && !c.isReference(row[0]) {
			return fmt.Errorf("%.80q is no form of a reference", row[0])
		}
	}
	for _, field := range c.Charter.Kinds[r.Get("kind")].requires {
		if !states(r, field) {
			return fmt.Errorf("a measure of the kind %s needs %s", r.Get("kind"), field)
		}
	}
	return nil
}

func (c *Council) knows(name, word string) bool {
	charter := c.Charter
	known := true
	switch name {
	case "procedure":
		known = charter.procedures[word] != nil
	case "category":
		_, known = charter.categories[word]
		known = known || len(charter.categories) == 0
	case "item":
		known = contains(charter.words("items"), word)
	case "prepared":
		known = contains(charter.words("bodies"), word)
	case "targets", "target":
		known = contains(charter.words("targets"), word)
	case "applies":
		_, known = charter.applies[word]
	}
	return known
}

func (c *Council) isReference(reference string) bool {
	for kind, forms := range c.Charter.references {
		if len(reference) > len(kind) && reference[:len(kind)+1] == kind+" " {
			return hasForm(reference[len(kind)+1:], forms)
		}
	}
	return false
}

// states tells whether a field that a kind requires stands.
func states(r *record.Record, field string) bool {
	if field != "reasons" {
		return r.Has(field)
	}
	for _, row := range r.All("target") {
		if len(row) < 3 {
			return false
		}
	}
	return r.Has("target")
}

// checkListing: targets that are listed are as many as are counted, and documents stand once.
func (c *Council) checkListing(r *record.Record) error {
	counted, listed := map[string]int{}, map[string]int{}
	sorts := map[string]bool{}
	for _, row := range r.All("targets") {
		counted[row[0]] += small(row[1])
		sorts[row[0]] = true
	}
	for _, row := range r.All("target") {
		listed[row[0]]++
		sorts[row[0]] = true
	}
	for sort := range sorts {
		if r.Has("targets") && r.Has("target") && counted[sort] != listed[sort] {
			return fmt.Errorf("%d of %s are counted, %d listed", counted[sort], sort, listed[sort])
		}
	}
	for _, row := range r.All("applies") {
		only := c.Charter.applies[row[0]]
		fits := len(only) == 0 || len(sorts) == 0
		for _, sort := range only {
			fits = fits || sorts[sort]
		}
		if !fits {
			return fmt.Errorf("%s applies to no target", row[0])
		}
	}
	documents := map[[2]string]bool{}
	for _, row := range r.All("document") {
		if documents[[2]string{row[2], row[3]}] {
			return fmt.Errorf("a document stands twice in one language")
		}
		documents[[2]string{row[2], row[3]}] = true
	}
	return nil
}

func (c *Council) checkIncidents(r *record.Record) error {
	for _, row := range r.All("incident") {
		if err := c.checkIncident(row); err != nil {
			return err
		}
	}
	return nil
}

// revise lets a revision in; it acts at the end of its block.
func (c *Council) revise(r *record.Record, _ int64) error {
	row := r.Row("revises")
	m, err := c.cited(row[0], row[1])
	if err != nil {
		return err
	}
	switch {
	case !m.isOpen() || c.time >= m.Closes:
		return fmt.Errorf("measure %d has ended", m.Number)
	case m.Proposer != r.Get("by"):
		return fmt.Errorf("%s did not table measure %d", r.Get("by"), m.Number)
	case r.Number("revision") != m.Revision+1 || m.pack != "" || c.pending.revised[m.Number] != nil:
		return fmt.Errorf("another number, a bound measure, or a second revision in the block")
	}
	for _, name := range []string{"kind", "rule", "authorised-by", "concerns"} {
		if !reflect.DeepEqual(r.Row(name), m.Record.Row(name)) {
			return fmt.Errorf("a revision changes %s", name)
		}
	}
	if err := c.checkKind(r); err != nil {
		return err
	}
	if err := c.entitle(&Measure{Number: m.Number, Record: r}); err != nil {
		return err
	}
	extended := content(m.Record)
	for n := range extended {
		if extended[n].Name == "closes" {
			extended[n].Values = []string{formatTime(m.Closes)}
		}
	}
	if said := content(r); reflect.DeepEqual(said, content(m.Record)) || reflect.DeepEqual(said, extended) {
		return fmt.Errorf("a revision changes nothing")
	}
	if err := c.checkText(m, r); err != nil {
		return err
	}
	c.pending.revised[m.Number] = r
	return nil
}

// content are the lines that a measure and its revision have in common.
func content(r *record.Record) []record.Line {
	var lines []record.Line
	for _, line := range r.Lines {
		switch line.Name {
		case "council", "by", "revises", "revision", "after":
		default:
			lines = append(lines, line)
		}
	}
	return lines
}

// bind lets a package in, before anybody has spoken on what it binds.
func (c *Council) bind(r *record.Record, _ int64) error {
	rows := r.All("measure")
	if len(rows) > boundMost {
		return fmt.Errorf("%d measures", len(rows))
	}
	var bound []*Measure
	for _, row := range rows {
		m, err := c.cited(row[0], row[1])
		if err == nil {
			err = c.checkBinding(m, r.Get("by"))
		}
		if err != nil {
			return err
		}
		bound = append(bound, m)
		if m.Closes != bound[0].Closes || m.Record.Get("opens") != bound[0].Record.Get("opens") {
			return fmt.Errorf("what is bound does not open and close together")
		}
	}
	c.packages[r.TextHash] = bound
	for _, m := range bound {
		m.pack = r.TextHash
	}
	return nil
}

func (c *Council) checkBinding(m *Measure, by string) error {
	switch p := c.pending; {
	case !m.isOpen() || c.time >= m.Closes:
		return fmt.Errorf("measure %d has ended", m.Number)
	case m.Proposer != by:
		return fmt.Errorf("%s did not table measure %d", by, m.Number)
	case m.pack != "" || len(m.ballots) > 0 || len(m.mandates) > 0:
		return fmt.Errorf("measure %d is bound, or somebody has spoken on it", m.Number)
	case p.withdrawn[m.Number] || p.revised[m.Number] != nil || p.closed[m.Number] != nil:
		return fmt.Errorf("measure %d is withdrawn, revised or closed in this block", m.Number)
	case m.Record.Has("appoints"):
		return fmt.Errorf("measure %d is an appointment", m.Number)
	}
	return nil
}
