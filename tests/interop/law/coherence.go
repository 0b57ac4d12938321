package law

import (
	"fmt"
	"sort"
)

// measureFields are the fields that a charter may ask for.
var measureFields = []string{
	"category", "procedure", "basis", "initiative", "reference", "companion", "prepared", "item", "amends",
	"predecessor", "incident", "rests-on", "summary", "proportionality", "targets", "target", "reasons",
	"applies", "exception", "document", "enters", "reviews", "expires",
}

// check refuses a charter that contradicts itself.
func (c *Charter) check() error {
	for _, check := range []func() error{c.checkKeyed, c.checkLists, c.checkRoles, c.checkWords, c.checkShares} {
		if err := check(); err != nil {
			return err
		}
	}
	for name, r := range c.Rules {
		if r.saysLeast != (r.Whose == "participating") || r.saysLeast && r.AtLeast < 2 {
			return fmt.Errorf("the rule %s: at least so many take part where members take part, two or more", name)
		}
	}
	for _, k := range c.kindOrder {
		if err := c.checkKind(k); err != nil {
			return fmt.Errorf("the kind %s: %w", k.Name, err)
		}
	}
	return nil
}

// checkKeyed: the council's words, and its sources, stand in the order of their keys, each once.
func (c *Charter) checkKeyed() error {
	for _, name := range []string{"charter-word", "charter-source"} {
		last := ""
		for _, row := range c.genesis.All(name) {
			if row[0] <= last {
				return fmt.Errorf("lines %q are not in the order of their keys, each once", name)
			}
			last = row[0]
		}
	}
	if c.genesis.Has("charter-incident-categories") != c.genesis.Has("charter-incident-factors") {
		return fmt.Errorf("incidents have categories, factors, levels, findings and confidence")
	}
	for _, name := range []string{"levels", "findings", "confidence"} {
		if c.genesis.Has("charter-incident-categories") != c.genesis.Has("charter-incident-"+name) {
			return fmt.Errorf("incidents have categories, factors, levels, findings and confidence")
		}
	}
	return nil
}

func once(words []string) bool {
	sorted := append([]string(nil), words...)
	sort.Strings(sorted)
	for n := 1; n < len(sorted); n++ {
		if sorted[n] == sorted[n-1] {
			return false
		}
	}
	return true
}

func (c *Charter) firsts(name string) []string {
	var firsts []string
	for _, row := range c.genesis.All(name) {
		firsts = append(firsts, row[0])
	}
	return firsts
}

func (c *Charter) checkLists() error {
	kinds := []string{}
	for _, k := range c.kindOrder {
		kinds = append(kinds, k.Name)
	}
	for _, e := range c.elsewhere {
		if e.kind != "" {
			kinds = append(kinds, e.kind)
		}
		if (e.kind != "") != (len(e.on) == 0) {
			return fmt.Errorf("what is decided elsewhere is a kind, or is on legal bases")
		}
	}
	lists := map[string][]string{"kind": kinds, "procedure": {}}
	for _, name := range []string{"rule", "category", "reference", "applies"} {
		lists[name] = c.firsts("charter-" + name)
	}
	for _, name := range []string{
		"roles", "reservations", "bodies", "items", "targets", "attests", "annuls", "remarks",
	} {
		lists[name] = c.words(name)
	}
	for name, list := range lists {
		if !once(list) {
			return fmt.Errorf("the charter has one %s twice", name)
		}
	}
	if len(c.procedures) != len(c.genesis.All("charter-procedure")) {
		return fmt.Errorf("the charter has one procedure twice")
	}
	for _, row := range c.genesis.All("charter-difference-kinds") {
		for _, kind := range row {
			if c.Kinds[kind] == nil {
				return fmt.Errorf("the charter has no kind %s", kind)
			}
		}
	}
	return c.checkNumbers()
}

// checkNumbers: reminders count down, and a notice has days.
func (c *Charter) checkNumbers() error {
	last := 1 << 33
	for _, word := range c.genesis.Row("charter-reminder-days") {
		if days := small(word); days == 0 || days >= last {
			return fmt.Errorf("reminders do not count down")
		}
		last = small(word)
	}
	if c.genesis.Has("charter-notice-days") && c.noticeDays == 0 {
		return fmt.Errorf("a notice has no days")
	}
	for _, forms := range append(c.formLists(), c.firsts("charter-basis")) {
		for _, form := range forms {
			if _, err := compileForm(form); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Charter) formLists() [][]string {
	var lists [][]string
	for _, forms := range c.references {
		lists = append(lists, forms)
	}
	return lists
}

// checkRoles: each role that a line uses is listed, and may do something.
func (c *Charter) checkRoles() error {
	busy := map[string]bool{}
	tables := [][]string{}
	for _, name := range []string{"table", "close", "extend", "attest", "remark"} {
		tables = append(tables, c.words(name))
	}
	for _, k := range c.kindOrder {
		tables = append(tables, k.table)
	}
	for _, roles := range tables {
		for _, role := range roles {
			busy[role] = true
			if role != "member" && role != "proposer" && !contains(c.words("roles"), role) {
				return fmt.Errorf("the charter lists no role %s", role)
			}
		}
	}
	for _, role := range c.words("roles") {
		if !busy[role] || role == "member" || role == "proposer" {
			return fmt.Errorf("the role %s may do nothing, or is no participant's", role)
		}
	}
	for n, roles := range tables {
		if (n == 0 || n > 4) && contains(roles, "proposer") {
			return fmt.Errorf("a proposer tables: nobody is one before")
		}
	}
	return nil
}

// checkWords: each word that a line uses is listed.
func (c *Charter) checkWords() error {
	if (c.words("attest") == nil) != (c.words("attests") == nil) ||
		(c.words("remark") == nil) != (c.words("remarks") == nil) {
		return fmt.Errorf("who attests or remarks, and what, do not stand together")
	}
	attested := append([]string(nil), c.words("annuls")...)
	for _, p := range c.procedures {
		attested = append(attested, p.attests...)
	}
	if c.ReleasedBy != "" {
		attested = append(attested, c.ReleasedBy)
	}
	for _, word := range attested {
		if !contains(c.words("attests"), word) {
			return fmt.Errorf("the charter lists no attestation %s", word)
		}
	}
	for word, sorts := range c.applies {
		for _, sort := range sorts {
			if !contains(c.words("targets"), sort) {
				return fmt.Errorf("%s applies to %s, and the charter has no such target", word, sort)
			}
		}
	}
	for _, row := range c.genesis.All("charter-category") {
		if err := checkFields(row[1:]); err != nil {
			return err
		}
	}
	return nil
}

func checkFields(fields []string) error {
	for _, field := range fields {
		if !contains(measureFields, field) {
			return fmt.Errorf("a measure has no field %s", field)
		}
	}
	return nil
}

// checkShares: each share has room for one statement of the largest size.
func (c *Charter) checkShares() error {
	good := 1 <= c.shareBlock && c.shareBlock <= 64
	for _, s := range c.shares {
		good = good && s.statements > 0 && s.bytes >= 65_535
	}
	if !good {
		return fmt.Errorf("a share is too small, or that of a block above 64")
	}
	return nil
}

func (c *Charter) checkKind(k *Kind) error {
	switch {
	case k.Votes != "" && !c.publishes:
		return fmt.Errorf("it says who learns its votes, and the charter does not say what is public")
	case k.Votes == "released" && c.ReleasedBy == "":
		return fmt.Errorf("its votes are never released")
	case k.Qualified && c.qualified == nil:
		return fmt.Errorf("no share of qualified abstentions blocks")
	case k.Effect == "appointment" && c.words("roles") == nil:
		return fmt.Errorf("there is no role to appoint to")
	}
	var rules []string
	for _, w := range k.decided {
		rules = append(rules, w.rule)
		if err := c.checkWay(k, w); err != nil {
			return err
		}
	}
	if !once(rules) {
		return fmt.Errorf("one rule decides it twice")
	}
	if err := checkFields(k.asks); err != nil {
		return err
	}
	return checkFields(k.requires)
}

// checkWay: whoever leaves members out has the authority that its rule asks for.
func (c *Charter) checkWay(k *Kind, w way) error {
	rule := c.Rules[w.rule]
	if rule == nil {
		return fmt.Errorf("the charter has no rule %s", w.rule)
	}
	fits := map[string]bool{
		"all": true, "minus-concerned clause": true, "minus-concerned notice": true,
		"participating decision": true,
	}
	how := rule.Whose
	if w.authority != "" {
		how += " " + w.authority
	}
	if !fits[how] || k.Qualified && !rule.Abstention {
		return fmt.Errorf("the rule %s does not fit it", w.rule)
	}
	if k.Effect != "" && rule.Whose != "all" && !(k.Effect == "departure" && w.authority == "notice") {
		return fmt.Errorf("what changes the council is decided by all")
	}
	if rule.Whose != "participating" {
		return nil
	}
	for _, other := range c.Kinds {
		if other.Effect == "authorisation" {
			return nil
		}
	}
	return fmt.Errorf("nothing authorises members to take part")
}
