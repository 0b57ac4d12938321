package policy

import (
	"strings"
	"testing"

	"../record"
)

func testKey(n byte, alg byte) record.Signer {
	k := record.Signer{Called: "example.com/" + string('a'+rune(n)), Type: alg}
	k.Key[0] = n
	return k
}

// threeWitnesses defines a log and the witnesses A, B and C.
func threeWitnesses() string {
	lines := "# a comment\n\n \t log " + testKey(0, record.Plain).Vkey() + " https://log.example\n"
	for n, name := range []string{"A", "B", "C"} {
		lines += "witness\t" + name + "  " + testKey(byte(n), record.Cosigned).Vkey() + " \n"
	}
	return lines
}

func TestPoliciesThatBreakTheSpecificationAreRefused(t *testing.T) {
	log, cosigner := testKey(9, record.Plain), testKey(9, record.Cosigned)
	renamed := testKey(0, record.Cosigned)
	renamed.Called = "example.com/other"
	badID := strings.Replace(cosigner.Vkey(), "+", "+0", 1)
	for _, lines := range []string{
		"",
		"quorum D\n",
		"quorum A\nquorum A\n",
		"quorum A",
		"quorum A B\n",
		"quorum A\r\n",
		"quorum A \x7f\n",
		"Quorum A\n",
		"group G all\nquorum A\n",
		"group G all D\nquorum A\n",
		"group G all G\nquorum A\n",
		"group G all none\nquorum A\n",
		"group none all A\nquorum none\n",
		"group A all B\nquorum A\n",
		"group G 0 A\nquorum G\n",
		"group G 2 A\nquorum G\n",
		"group G -1 A\nquorum G\n",
		"group G +1 A\nquorum G\n",
		"group G all A A\nquorum G\n",
		"group G all A\ngroup H all A B\nquorum G\n",
		"log " + cosigner.Vkey() + "\nquorum A\n",
		"log " + testKey(0, record.Plain).Vkey() + "\nquorum A\n",
		"witness D " + log.Vkey() + "\nquorum A\n",
		"witness D " + renamed.Vkey() + "\nquorum A\n",
		"witness D " + badID + "\nquorum A\n",
		"witness A " + cosigner.Vkey() + "\nquorum A\n",
		"witness none " + cosigner.Vkey() + "\nquorum none\n",
	} {
		if _, err := Parse(threeWitnesses() + lines); err == nil {
			t.Errorf("accepted %q", lines)
		}
	}
}

func TestQuorumsCountEverySubsetAsTheSpecificationSays(t *testing.T) {
	for lines, want := range map[string]func(a, b, c bool) bool{
		"quorum none\n":                                func(a, b, c bool) bool { return true },
		"quorum B\n":                                   func(a, b, c bool) bool { return b },
		"group G all A B C\nquorum G\n":                func(a, b, c bool) bool { return a && b && c },
		"group G any A B C\nquorum G\n":                func(a, b, c bool) bool { return a || b || c },
		"group G 2 A B C\nquorum G\n":                  func(a, b, c bool) bool { return a && b || b && c || a && c },
		"group G any A B\ngroup H all G C\nquorum H\n": func(a, b, c bool) bool { return (a || b) && c },
	} {
		p, err := Parse(threeWitnesses() + lines)
		if err != nil {
			t.Fatalf("%q: %v", lines, err)
		}
		for set := 0; set < 8; set++ {
			signed, who := map[string]bool{}, [3]bool{set&1 != 0, set&2 != 0, set&4 != 0}
			for n, yes := range who {
				signed[testKey(byte(n), record.Cosigned).Vkey()] = yes
			}
			if p.Met(signed) != want(who[0], who[1], who[2]) {
				t.Errorf("%q with %v: %v", lines, who, p.Met(signed))
			}
		}
	}
}

func TestTheVkeyOfTheSpecificationIsReadAndWritten(t *testing.T) {
	vkey := "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
	if k, err := parseVkey(record.Plain, vkey); err != nil || k.Vkey() != vkey {
		t.Errorf("%v, %v", k, err)
	}
}
