package law

import (
	"math/big"
	"strings"
	"testing"

	"../record"
)

func TestSharesAreRoundedToHundredths(t *testing.T) {
	for _, it := range []struct {
		part, whole int64
		want        string
	}{
		{1, 3, "33.33"}, {2, 3, "66.67"}, {1, 1, "100.00"}, {0, 7, "0.00"}, {1, 20000, "0.01"},
		{1, 20001, "0.00"}, {3, 2, "150.00"}, {16, 447, "3.58"},
	} {
		if got := percent(big.NewInt(it.part), big.NewInt(it.whole)); got != it.want {
			t.Errorf("%d of %d: %s, want %s", it.part, it.whole, got, it.want)
		}
	}
}

func TestABasisIsMetByItsParagraphsAndPoints(t *testing.T) {
	for on, bases := range map[string]map[string]bool{
		"Article 28 TEU": {
			"Article 28 TEU": true, "Article 28(1) TEU": true, "Article 28(1)(a) TEU": true,
			"Article 280 TEU": false, "Article 28 TFEU": false, "Article 28 (1) TEU": false,
		},
		"Article 42(4) TEU": {"Article 42(4)(b) TEU": true, "Article 42(1)(4) TEU": false, "Article 42 TEU": false},
		"Article 29 TEU":    {"Article 29() TEU": false, "Article 29((a)) TEU": false, "Article 29(1 TEU": false},
	} {
		for basis, want := range bases {
			if meets(basis, on) != want {
				t.Errorf("%q on %q: want %v", basis, on, want)
			}
		}
	}
}

func TestWordsHaveAFormWholeOrNotAtAll(t *testing.T) {
	for form, words := range map[string][2]string{
		"<number>/<yy> REV <number>": {"7592/26 REV 1", "7592/2026 REV 1"},
		"<year>/<digits>(<letters>)": {"2026/0123(NLE)", "2026/0123(nle)"},
		"(<number>)(<letter>)":       {"(2)(d)", "(2)(dd)"},
		"<number>":                   {"20", "020"},
	} {
		if !hasForm(words[0], []string{form}) || hasForm(words[1], []string{form}) {
			t.Errorf("%s: %v", form, words)
		}
	}
	for _, form := range []string{"<number><yy>", "<name>", "<number", "ST <>", "<number>0", "<letters>A", "<yy>1"} {
		if _, err := compileForm(form); err == nil {
			t.Errorf("%s is a form", form)
		}
	}
}

// voted is a measure of three members with these positions; nothing stands for no ballot.
func voted(positions ...string) *Measure {
	m := &Measure{weights: map[string]uint64{}, total: 100}
	m.clear()
	for n, position := range positions {
		code := string('A' + rune(n))
		m.Entitled, m.sitting = append(m.Entitled, code), append(m.sitting, code)
		m.weights[code] = 30
		if position != "" {
			m.ballots[code] = &Ballot{Position: position}
		}
	}
	return m
}

func TestBallotsAmountToAnOutcome(t *testing.T) {
	c := &Council{Charter: &Charter{OfWhat: "population", qualified: []fraction{{1, 3}, {1, 3}}}}
	for positions, want := range map[string]string{
		"in-favour in-favour in-favour":                 "adopted: all 3 in favour",
		"in-favour abstain in-favour":                   "adopted: 2 in favour, 1 abstained, none against",
		"in-favour abstain-qualified in-favour":         "adopted: 2 in favour, 1 abstained with a declaration, none against",
		"in-favour abstain-qualified abstain-qualified": "not-adopted: qualified abstention of 2 members with 60.00 % of the population",
		"in-favour against against":                     "not-adopted: against: B C",
		"abstain abstain abstain":                       "not-adopted: nobody in favour",
	} {
		outcome, reason := c.outcome(voted(strings.Fields(positions)...))
		if got := outcome + ": " + reason; got != want {
			t.Errorf("%s: %s, want %s", positions, got, want)
		}
	}
	if m := voted("in-favour", "retracted", ""); len(m.missing()) != 2 || c.standsAlone(m) {
		t.Error("a retracted ballot is one")
	}
}

func TestStatementsStandInTheOrderOfSortsAndHashes(t *testing.T) {
	var records []*record.Record
	for _, kind := range []string{"measure", "ballot", "notice", "keys", "freeze", "remark"} {
		records = append(records, &record.Record{Kind: kind, TextHash: strings.Repeat("ab", 32)})
	}
	var kinds []string
	for _, r := range inOrder(records, strings.Repeat("00", 32)) {
		kinds = append(kinds, r.Kind)
	}
	if got := strings.Join(kinds, " "); got != "freeze keys notice ballot measure remark" {
		t.Error(got)
	}
}
