package law

import (
	"fmt"
	"math/big"

	"../record"
)

// Found is the council of a genesis.
func Found(genesis *record.Record) (*Council, error) {
	if genesis.Kind != "genesis" {
		return nil, fmt.Errorf("the text is no genesis")
	}
	if genesis.Get("rules") != "1" {
		return nil, fmt.Errorf("rules %s are not known here", genesis.Get("rules"))
	}
	c := &Council{
		Digest: genesis.TextHash, Origin: genesis.Get("origin"), Charter: readCharter(genesis),
		Members: partiesOf(genesis, "member"), participants: map[string]*Party{}, rules: 1,
		admitted: map[string]admission{}, left: map[string]bool{}, notices: map[string]int64{},
		packages: map[string][]*Measure{}, chains: map[string]string{}, texts: map[string]bool{},
		day: -1, days: map[string]share{}, renewed: map[string]bool{}, pending: newPending(),
	}
	c.Log, c.total = c.Origin+"/"+c.Digest[:16], c.Charter.Total
	c.used = &usedKeys{c.Origin, c.Log, map[record.Key]bool{}, map[string]bool{}}
	for _, check := range []func(*record.Record) error{c.foundLines, c.foundParties, c.foundRights} {
		if err := check(genesis); err != nil {
			return nil, err
		}
	}
	return c, c.Charter.check()
}

// foundLines: each line of a party stands behind that party's own.
func (c *Council) foundLines(genesis *record.Record) error {
	code := ""
	for _, line := range genesis.Lines {
		switch line.Name {
		case "member", "participant":
			code = line.Values[0]
		case "officer", "recovery", "node", "seal":
			if line.Values[0] != code {
				return fmt.Errorf("a line %q of %s stands behind %s", line.Name, line.Values[0], code)
			}
		}
	}
	out := map[string]bool{}
	for _, row := range genesis.All("leaves-out") {
		if c.member(row[0]) != nil || out[row[0]] {
			return fmt.Errorf("%s is left out and is a member, or is left out twice", row[0])
		}
		out[row[0]] = true
	}
	return nil
}

// foundParties: codes, officers and keys stand once, and signatures are not too many.
func (c *Council) foundParties(genesis *record.Record) error {
	founders, sum := 0, new(big.Int)
	others := partiesOf(genesis, "participant")
	if len(c.Members) < 1 || len(c.Members) > membersMost {
		return fmt.Errorf("%d members", len(c.Members))
	}
	for n, p := range append(append([]*Party{}, c.Members...), others...) {
		if p.Member && c.member(p.Code) != p || c.participants[p.Code] != nil || !p.Member && c.member(p.Code) != nil {
			return fmt.Errorf("the code %s stands twice", p.Code)
		}
		if err := checkOfficers(p); err != nil {
			return err
		}
		if n < len(c.Members) {
			founders += p.Needs
			sum.Add(sum, new(big.Int).SetUint64(p.Weight))
		} else {
			c.participants[p.Code] = p
		}
		if p.Needs > foundersMost || founders > foundersMost {
			return fmt.Errorf("more than %d signature lines are due", foundersMost)
		}
		for _, k := range p.keys() {
			if !c.used.isNew(p.Code, k) {
				return fmt.Errorf("a key of %s stands twice", p.Code)
			}
			c.used.add(p.Code, k)
		}
	}
	if sum.Cmp(new(big.Int).SetUint64(c.total)) > 0 {
		return fmt.Errorf("the members weigh more than the whole")
	}
	return nil
}

func checkOfficers(p *Party) error {
	labels := map[string]bool{"recovery": true}
	for _, o := range p.Officers {
		if labels[o.Label] {
			return fmt.Errorf("an officer of %s is %q twice, or recovery", p.Code, o.Label)
		}
		labels[o.Label] = true
	}
	if p.Needs < 1 || p.Needs > len(p.Officers) {
		return fmt.Errorf("%d of %d officers of %s", p.Needs, len(p.Officers), p.Code)
	}
	return nil
}

// foundRights: participants have roles of the charter, and somebody may table.
func (c *Council) foundRights(*record.Record) error {
	tables := contains(c.Charter.words("table"), "member")
	for _, p := range c.participants {
		if !contains(c.Charter.words("roles"), p.Role) {
			return fmt.Errorf("%s has no role of the charter", p.Code)
		}
		tables = tables || contains(c.Charter.words("table"), p.Role)
	}
	if !tables {
		return fmt.Errorf("nobody may table")
	}
	return nil
}

// CheckFounders: under the genesis stand founding officers alone, each once, k or more of every member.
func (c *Council) CheckFounders(text string, lines []record.NoteLine) error {
	signed, seen := map[string]int{}, map[string]bool{}
	for n, line := range lines {
		good := false
		for _, p := range c.Members {
			for _, o := range p.Officers {
				s := c.officer(p.Code, o)
				if !line.IsBy(s) || seen[s.Called] || !s.Verify([]byte(text), line.Blob[4:]) {
					continue
				}
				good, seen[s.Called] = true, true
				signed[p.Code]++
			}
		}
		if !good {
			return fmt.Errorf("signature line %d is not one of a founding officer over this text", n+1)
		}
	}
	for _, p := range c.Members {
		if signed[p.Code] < p.Needs {
			return fmt.Errorf("%s has not signed", p.Code)
		}
	}
	return nil
}
