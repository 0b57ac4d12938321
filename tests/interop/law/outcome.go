package law

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"

	"../record"
)

// Count is what a measure's own ballots amount to.
type Count struct {
	Favour, Abstained, Qualified, Against []string
}

func countOf(m *Measure) Count {
	var n Count
	for _, code := range m.Entitled {
		b := m.ballots[code]
		if b == nil {
			continue
		}
		switch b.Position {
		case "in-favour":
			n.Favour = append(n.Favour, code)
		case "abstain":
			n.Abstained = append(n.Abstained, code)
		case "abstain-qualified":
			n.Qualified = append(n.Qualified, code)
		case "against":
			n.Against = append(n.Against, code)
		}
	}
	return n
}

func (c *Council) qualifiedWeight(m *Measure, n Count) *big.Int {
	sum := new(big.Int)
	for _, code := range n.Qualified {
		sum.Add(sum, new(big.Int).SetUint64(m.weights[code]))
	}
	return sum
}

// blocks: count * d >= n * members, and weight * d >= n * total, as of the tabling.
func (c *Council) blocks(m *Measure, n Count) bool {
	if c.Charter.qualified == nil || len(n.Qualified) == 0 {
		return false
	}
	reached := func(part, whole *big.Int, f fraction) bool {
		left := new(big.Int).Mul(part, new(big.Int).SetUint64(f.d))
		return left.Cmp(new(big.Int).Mul(whole, new(big.Int).SetUint64(f.n))) >= 0
	}
	count, members := big.NewInt(int64(len(n.Qualified))), big.NewInt(int64(len(m.sitting)))
	return reached(count, members, c.Charter.qualified[0]) &&
		reached(c.qualifiedWeight(m, n), new(big.Int).SetUint64(m.total), c.Charter.qualified[1])
}

// obstacle is what keeps a measure with all ballots from being adopted, by these ballots.
func (c *Council) obstacle(m *Measure) string {
	n := countOf(m)
	switch {
	case len(n.Against) > 0:
		return "against: " + strings.Join(n.Against, " ")
	case c.blocks(m, n):
		share := percent(c.qualifiedWeight(m, n), new(big.Int).SetUint64(m.total))
		return fmt.Sprintf("qualified abstention of %d members with %s %% of the %s",
			len(n.Qualified), share, c.Charter.OfWhat)
	case len(n.Favour) == 0:
		return "nobody in favour"
	}
	return ""
}

// standsAlone: the measure's own ballots are in and meet its rule.
func (c *Council) standsAlone(m *Measure) bool { return len(m.missing()) == 0 && c.obstacle(m) == "" }

func (c *Council) isAdoptable(m *Measure) bool {
	for _, other := range c.bound(m) {
		if !c.standsAlone(other) {
			return false
		}
	}
	return true
}

// outcome and reason of a measure with all ballots in.
func (c *Council) outcome(m *Measure) (string, string) {
	if why := c.obstacle(m); why != "" {
		return "not-adopted", why
	}
	for _, other := range c.bound(m) {
		if !c.standsAlone(other) {
			return "not-adopted", fmt.Sprintf("its package cannot be adopted: measure %d is not", other.Number)
		}
	}
	return "adopted", adoptedBy(countOf(m))
}

func adoptedBy(n Count) string {
	if len(n.Abstained)+len(n.Qualified) == 0 {
		return fmt.Sprintf("all %d in favour", len(n.Favour))
	}
	reason := fmt.Sprintf("%d in favour", len(n.Favour))
	if len(n.Abstained) > 0 {
		reason += fmt.Sprintf(", %d abstained", len(n.Abstained))
	}
	if len(n.Qualified) > 0 {
		reason += fmt.Sprintf(", %d abstained with a declaration", len(n.Qualified))
	}
	return reason + ", none against"
}

// decision is the record of one.
func (c *Council) decision(m *Measure, outcome, reason string) []byte {
	hides := c.Charter.HidesVotes(m.kind())
	said := reason
	if hides && outcome == "adopted" {
		said = "the rule is met"
	} else if hides {
		said = "the rule is not met"
	}
	lines := append([]string{"nemcon/v1 decision", "council " + c.Digest, fmt.Sprintf("number %d", c.decisions+1)},
		named(m)...)
	lines = append(lines, "rule "+m.rule(), "outcome "+outcome, "reason "+said, "roster "+m.Roster)
	if m.pack != "" {
		lines = append(lines, "package "+m.pack)
	}
	if hides {
		lines = append(lines, "votes "+c.votes(m, reason))
	} else {
		for _, code := range m.Entitled {
			lines = append(lines, ballotLine(code, m.ballots[code]))
		}
		lines = append(lines, mandateLines(m)...)
	}
	for _, l := range m.notEntitled {
		lines = append(lines, "not-entitled "+l.code+" "+l.why)
	}
	return rendered(lines)
}

func named(m *Measure) []string {
	return []string{
		fmt.Sprintf("measure %d", m.Number), fmt.Sprintf("revision %d", m.Revision),
		"text " + m.Record.TextHash, "title " + m.Record.Get("title"),
	}
}

func ballotLine(code string, b *Ballot) string {
	return fmt.Sprintf("ballot %s %s %d %s", code, b.Position, b.Leaf, b.TextHash)
}

func mandateLines(m *Measure) []string {
	var lines []string
	for _, code := range m.Entitled {
		if given := m.ballots[code].under; given != nil {
			lines = append(lines, fmt.Sprintf("mandate %s %s %d %s", code, given.Holder, given.Leaf, given.TextHash))
		}
	}
	return lines
}

// votes is the commitment to votes that are not public with the decision.
func (c *Council) votes(m *Measure, reason string) string {
	lines := []string{
		"nemcon/v1 votes", "council " + c.Digest, fmt.Sprintf("measure %d", m.Number),
		"text " + m.Record.TextHash, "reason " + reason,
	}
	for _, code := range m.Entitled {
		lines = append(lines, ballotLine(code, m.ballots[code])+" "+m.ballots[code].Signatures)
	}
	sum := sha256.Sum256(rendered(append(lines, mandateLines(m)...)))
	return hex.EncodeToString(sum[:])
}

// SignaturesHash is SHA-256 of the signatures under a ballot, without key ids.
func SignaturesHash(r *record.Record) string {
	sum := sha256.New()
	for _, line := range r.Signatures {
		sum.Write(line.Blob[4:])
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// lapse is the record of one; why is what stands before the count of ballots.
func (c *Council) lapse(m *Measure, why string) []byte {
	missing := m.missing()
	lines := append([]string{"nemcon/v1 lapse", "council " + c.Digest}, named(m)...)
	lines = append(lines, fmt.Sprintf("reason %s with %d of %d ballots in",
		why, len(m.Entitled)-len(missing), len(m.Entitled)))
	for _, code := range missing {
		lines = append(lines, "missing "+code)
	}
	return rendered(lines)
}

func rendered(lines []string) []byte { return []byte(strings.Join(lines, "\n") + "\n") }
