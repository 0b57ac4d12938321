package law

import (
	"fmt"
	"math/big"

	"../record"
)

// lost is why a measure cannot be decided any more, or nothing.
func (c *Council) lost(m *Measure) string {
	if why := c.lostAlone(m); why != "" {
		return why + ","
	}
	for _, other := range c.bound(m) {
		if why := c.lostAlone(other); why != "" {
			return fmt.Sprintf("measure %d of its package is lost: %s,", other.Number, why)
		}
	}
	return ""
}

// lostAlone is the first reason that fits the measure itself.
func (c *Council) lostAlone(m *Measure) string {
	r := m.Record
	if code := m.noticeOf; code != "" {
		_, given := c.notices[code]
		if !given && (c.member(code) != nil || r.Has("departs")) {
			return fmt.Sprintf("the notice of %s stands no more", code)
		}
	}
	for _, name := range []string{"admits", "appoints"} {
		if r.Has(name) {
			if why := c.lostParty(r, r.Get(name)); why != "" {
				return why
			}
		}
	}
	if why := c.lostKey(m, r); why != "" {
		return why
	}
	if why := c.lostWeights(m, r); why != "" {
		return why
	}
	for _, code := range m.missing() {
		if c.member(code) == nil {
			return fmt.Sprintf("it cannot be completed: %s has left", code)
		}
	}
	return ""
}

// lostParty is why the code of an entrant, or of whom a measure appoints, cannot be that any more.
func (c *Council) lostParty(r *record.Record, code string) string {
	_, admitted := c.admitted[code]
	switch {
	case r.Has("admits") && (c.member(code) != nil || c.appointee(code) != nil):
		return fmt.Sprintf("%s is a party of this council", code)
	case !r.Has("appoints"):
		return ""
	case c.member(code) != nil || admitted || c.left[code]:
		return fmt.Sprintf("%s is the code of a member, or of an entrant", code)
	case c.appointee(code) == nil && c.participantsToBe() >= participantsMost:
		return fmt.Sprintf("the council has %d participants, as many as one may appoint", participantsMost)
	}
	return ""
}

// appointee is the participant of this code as the next block finds it.
func (c *Council) appointee(code string) *Party {
	for n := len(c.pending.appointed) - 1; n >= 0; n-- {
		if c.pending.appointed[n].Code == code {
			return c.pending.appointed[n]
		}
	}
	return c.participants[code]
}

func (c *Council) participantsToBe() int {
	codes := map[string]bool{}
	for code := range c.participants {
		codes[code] = true
	}
	for _, p := range c.pending.appointed {
		codes[p.Code] = true
	}
	return len(codes)
}

// brought is the party that a measure brings in, if it does.
func brought(r *record.Record) *Party {
	for _, name := range []string{"admits", "appoints"} {
		if r.Has(name) {
			return partiesOf(r, name)[0]
		}
	}
	return nil
}

// lostKey is that a key which the measure brings in was used, or is an entrant's.
func (c *Council) lostKey(m *Measure, r *record.Record) string {
	p := brought(r)
	if p == nil {
		return ""
	}
	taken := map[record.Key]bool{}
	for code, other := range c.admitted {
		for _, k := range other.entrant.keys() {
			taken[k.key] = taken[k.key] || code != p.Code
		}
	}
	for _, other := range c.bound(m) {
		if other.Number < m.Number && other.Record.Has("admits") {
			for _, k := range brought(other.Record).keys() {
				taken[k.key] = true
			}
		}
	}
	before := c.appointee(p.Code)
	for _, k := range p.keys() {
		keeps := !p.Member && before != nil && before.hasOfficer(Officer{k.use, k.key})
		if !keeps && (!c.used.isNew(p.Code, k) || taken[k.key]) {
			return fmt.Sprintf("the key %s was used before", record.Encode64(k.key[:]))
		}
	}
	return ""
}

// lostWeights is that other members sit, or that the parts would be more than the whole.
func (c *Council) lostWeights(m *Measure, r *record.Record) string {
	if !r.Has("total-weight") {
		return ""
	}
	codes := c.codes()
	if fmt.Sprint(codes) != fmt.Sprint(m.sitting) {
		return "other members sit than it was tabled for"
	}
	weights := map[string]uint64{}
	for _, p := range c.Members {
		weights[p.Code] = p.Weight
	}
	texts := append([]*record.Record(nil), c.pending.weights...)
	for _, other := range c.bound(m) {
		if other.Number < m.Number && other.Record.Has("total-weight") {
			texts = append(texts, other.Record)
		}
	}
	for _, text := range append(texts, r) {
		for _, row := range text.All("weight") {
			weights[row[0]], _ = record.ParseNumber(row[1])
		}
	}
	sum, total := new(big.Int), new(big.Int).SetUint64(r.Number("total-weight"))
	for _, code := range codes {
		sum.Add(sum, new(big.Int).SetUint64(weights[code]))
	}
	if sum.Cmp(total) <= 0 {
		return ""
	}
	return fmt.Sprintf("the members would weigh %s together, %s %% of the total %s: "+
		"the parts cannot be more than the whole", sum, percent(sum, total), total)
}

// percent is a share with two decimals, half a hundredth rounded up.
func percent(part, whole *big.Int) string {
	twice := new(big.Int).Mul(part, big.NewInt(20000))
	twice.Add(twice, whole)
	hundredths := new(big.Int).Quo(twice, new(big.Int).Lsh(whole, 1))
	units, rest := new(big.Int).QuoRem(hundredths, big.NewInt(100), new(big.Int))
	return fmt.Sprintf("%s.%02d", units, rest.Int64())
}
