package certificate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const vectors = "../../vectors/certificates"

func said(raw []byte, digest string) string {
	v, err := Verify(raw, digest)
	if err != nil {
		return "NOT VERIFIED"
	}
	return v.Words
}

func TestEveryCertificateHasTheVerdictOfTheIndex(t *testing.T) {
	index, err := os.ReadFile(filepath.Join(vectors, "INDEX"))
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(index)), "\n")
	for _, row := range rows {
		words := strings.SplitN(row, " ", 3)
		raw, err := os.ReadFile(filepath.Join(vectors, words[0]))
		if err != nil {
			t.Fatal(err)
		}
		got, want := said(raw, words[1]), words[2]
		if got != want && !(want == "NOT final" && strings.HasPrefix(got, want)) {
			_, why := Verify(raw, words[1])
			t.Errorf("%s: %s (%v), want %s", words[0], got, why, want)
		}
	}
	t.Logf("%d certificates", len(rows))
}

func TestNoFlippedByteIsVerified(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(vectors, "adopted-with-a-mandate.certificate"))
	if err != nil {
		t.Fatal(err)
	}
	digest := "05a794342e704c452c0b27495381433cee166f564de066d9e5ce3baff7f90c55"
	spared := len("nemcon/v1 certificate\ncouncil ")
	for at := 0; at < len(raw); at += 13 {
		if at >= spared && at < spared+64 {
			continue // No signature covers that line.
		}
		flipped := append([]byte(nil), raw...)
		flipped[at] ^= 1
		if got := said(flipped, digest); got == "VERIFIED" {
			t.Errorf("verified with byte %d flipped", at)
		}
	}
}
