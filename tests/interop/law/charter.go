// Package law derives a council from its genesis on: what it lets in, what a block brings about, and
// the records that follow (docs/formats.md, sections 1 and 2).
package law

import (
	"strings"

	"../record"
)

// Rule says whose ballots a measure needs, and what these may be.
type Rule struct {
	Whose      string
	Abstention bool
	Mandates   bool
	AtLeast    uint64
	saysLeast  bool
}

// way is one rule by which a kind is decided.
type way struct {
	rule, authority string
	on              []string
}

// Kind is a kind of measure.
type Kind struct {
	Name, Source, Votes, Effect string
	Qualified                   bool
	table                       []string
	decided                     []way
	asks, requires              []string
}

type procedure struct {
	tacit   bool
	attests []string
}

type share struct{ statements, bytes uint64 }

type fraction struct{ n, d uint64 }

// elsewhere is what is not decided in this ledger.
type elsewhere struct {
	kind string
	on   []string
}

// Charter is the council's law, as the genesis has it.
type Charter struct {
	genesis    *record.Record
	OfWhat     string
	Total      uint64
	qualified  []fraction
	Rules      map[string]*Rule
	Kinds      map[string]*Kind
	kindOrder  []*Kind
	elsewhere  []*elsewhere
	procedures map[string]*procedure
	references map[string][]string
	categories map[string][]string
	applies    map[string][]string
	sources    map[string]string
	Marking    string
	publishes  bool
	ReleasedBy string
	noticeDays uint64
	shareBlock uint64
	shares     map[string]share
}

// words are those of a line `charter-<name>`.
func (c *Charter) words(name string) []string { return c.genesis.Row("charter-" + name) }

// HidesVotes tells whether decisions on a kind commit to the votes and do not list them.
func (c *Charter) HidesVotes(kind string) bool { return c.publishes && c.Kinds[kind].Votes != "public" }

// SourceOf is where the law on a kind comes from, decided by this rule; empty if the charter is silent.
func (c *Charter) SourceOf(kind, rule string) string {
	if k := c.Kinds[kind]; k != nil && k.Source != "" {
		return k.Source
	}
	return c.sources[rule]
}

func readCharter(genesis *record.Record) *Charter {
	row := genesis.Row("charter-weight")
	c := &Charter{
		genesis: genesis, OfWhat: row[1], Rules: map[string]*Rule{}, Kinds: map[string]*Kind{},
		procedures: map[string]*procedure{}, references: map[string][]string{},
		categories: map[string][]string{}, applies: map[string][]string{}, sources: map[string]string{},
		Marking: genesis.Get("charter-publication"), publishes: genesis.Has("charter-publication"),
		ReleasedBy: genesis.Get("charter-released-by"), noticeDays: genesis.Number("charter-notice-days"),
		shareBlock: genesis.Number("charter-share-block"), shares: map[string]share{},
	}
	c.Total, _ = record.ParseNumber(row[0])
	for _, word := range genesis.Row("charter-qualified") {
		n, d, _ := record.Fraction(word)
		c.qualified = append(c.qualified, fraction{n, d})
	}
	for _, row := range genesis.All("charter-rule") {
		c.Rules[row[0]] = readRule(row[1])
	}
	for _, name := range []string{"day", "ballots", "changes"} {
		row := genesis.Row("charter-share-" + name)
		statements, _ := record.ParseNumber(row[0])
		bytes, _ := record.ParseNumber(row[1])
		c.shares[name] = share{statements, bytes}
	}
	for _, row := range genesis.All("charter-source") {
		c.sources[row[0]] = row[1]
	}
	for _, row := range genesis.All("charter-category") {
		c.categories[row[0]] = row[1:]
	}
	for _, row := range genesis.All("charter-applies") {
		c.applies[row[0]] = row[1:]
	}
	c.readGroups()
	return c
}

func readRule(tail string) *Rule {
	words := strings.Split(tail, " ")
	r := &Rule{Whose: words[0], Abstention: true, Mandates: true, AtLeast: 1}
	for n, word := range words {
		switch word {
		case "no-abstention":
			r.Abstention = false
		case "no-mandates":
			r.Mandates = false
		case "at-least":
			r.saysLeast = true
			r.AtLeast, _ = record.ParseNumber(words[n+1])
		}
	}
	return r
}

// readGroups reads the lines whose meaning depends on the lines before them.
func (c *Charter) readGroups() {
	var kind *Kind
	var on *[]string
	var last *procedure
	reference := ""
	for _, line := range c.genesis.Lines {
		words := strings.Split(line.Values[0], " ")
		switch line.Name {
		case "charter-kind":
			kind = &Kind{Name: words[0], Qualified: len(words) > 1}
			c.Kinds[kind.Name] = kind
			c.kindOrder = append(c.kindOrder, kind)
		case "charter-decided":
			kind.decided = append(kind.decided, way{rule: words[0], authority: strings.Join(words[1:], " ")})
			on = &kind.decided[len(kind.decided)-1].on
		case "charter-elsewhere":
			c.elsewhere = append(c.elsewhere, &elsewhere{})
			on = &c.elsewhere[len(c.elsewhere)-1].on
		case "charter-on":
			*on = append(*on, line.Values[0])
		case "charter-elsewhere-kind":
			c.elsewhere[len(c.elsewhere)-1].kind = words[0]
		case "charter-procedure":
			last = &procedure{tacit: len(words) > 1}
			c.procedures[words[0]] = last
		case "charter-procedure-attests":
			last.attests = line.Values
		case "charter-reference":
			reference = words[0]
			c.references[reference] = nil
		case "charter-form":
			c.references[reference] = append(c.references[reference], line.Values[0])
		default:
			kind.read(line)
		}
	}
}

func (k *Kind) read(line record.Line) {
	switch line.Name {
	case "charter-kind-source":
		k.Source = line.Values[0]
	case "charter-kind-table":
		k.table = line.Values
	case "charter-kind-votes":
		k.Votes = line.Values[0]
	case "charter-effect":
		k.Effect = line.Values[0]
	case "charter-asks":
		k.asks = line.Values
	case "charter-requires":
		k.requires = line.Values
	}
}

// meets tells whether a basis is what the charter names, or has groups in parentheses more, directly
// behind what both begin with.
func meets(basis, on string) bool {
	same := 0
	for same < len(basis) && same < len(on) && basis[same] == on[same] {
		same++
	}
	basis, on = basis[same:], on[same:]
	for strings.HasPrefix(basis, "(") {
		end := strings.IndexAny(basis[1:], "()")
		if end < 1 || basis[1+end] == '(' {
			break
		}
		basis = basis[end+2:]
	}
	return basis == on
}

// formParts are what stands in angle brackets in a form.
var formParts = map[string]struct{ set, pattern string }{
	"number": {"0123456789", "[1-9][0-9]*"}, "digits": {"0123456789", "[0-9]+"},
	"year": {"0123456789", "[0-9]{4}"}, "yy": {"0123456789", "[0-9]{2}"},
	"letters": {"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "[A-Z]+"}, "letter": {"abcdefghijklmnopqrstuvwxyz", "[a-z]"},
}
