//! Incidents, and who is held to stand behind them.

use nemcon_crypto::hash;
use nemcon_ledger::record::incident::{Manner, Severity};
use nemcon_ledger::record::measure_fields::Cited;
use nemcon_ledger::record::{Attribution, Body, ChainKey, Incident, Measure};
use nemcon_ledger::text::Time;

use super::desk::Desk;
use crate::fixture::line;

impl Desk<'_> {
    /// Tells of something that has happened.
    pub(super) fn incident(&mut self) -> Option<Body> {
        let words = self.charter().incidents.as_ref()?;
        self.member()?;
        let category = self.pick(&words.categories)?.clone();
        let mut severity = Vec::new();
        for factor in &words.factors {
            if self.chance(600) {
                let level = self.pick(&words.levels)?.clone();
                severity.push(Severity { factor: factor.clone(), level });
            }
        }
        let ago = 1000 + self.below(3_600_000);
        let from = Time::from_ms(self.sight.now.as_ms() - ago).expect("a time of this age");
        Some(Body::Incident(Incident {
            head: self.head(),
            title: line(&format!("Incident {}", self.asked)),
            category,
            from,
            until: self.chance(400).then(|| self.later(0)),
            severity,
            summary: vec![line("What happened.")],
            evidence: if self.chance(300) { vec![hash::sha256(b"evidence")] } else { Vec::new() },
        }))
    }

    /// A statement of any length up to the longest: few of them are a party's share of a block, some
    /// more its share of a day.
    pub(super) fn long(&mut self) -> Option<Body> {
        let lines = usize::try_from(self.below(30)).ok()?;
        let mut body = if self.chance(500) { self.incident() } else { self.table() }?;
        if let Body::Measure(Measure { summary, .. }) | Body::Incident(Incident { summary, .. }) =
            &mut body
        {
            *summary = vec![line("Much more. ".repeat(170).trim_end()); 1 + lines];
        }
        Some(body)
    }

    /// Says who stands behind one, or says it anew.
    pub(super) fn attribution(&mut self) -> Option<Body> {
        let words = self.charter().incidents.as_ref()?;
        self.member()?;
        let known: Vec<_> = self.sight.council.incidents().collect();
        let state = *self.pick(&known)?;
        let is_named = self.chance(500);
        Some(Body::Attribution(Attribution {
            head: self.head(),
            incident: Cited { number: state.number, text: state.text_hash },
            finding: self.pick(&words.findings)?.clone(),
            who: is_named.then(|| line("Somebody.")),
            digest: (!is_named).then(|| hash::sha256(b"who")),
            confidence: self.pick(&words.confidence)?.clone(),
            manner: if self.chance(400) { Manner::Joint } else { Manner::Alone },
            is_public: self.chance(500),
            after: (self.sight.last)(&ChainKey::Incident(state.number, self.by.clone())),
        }))
    }
}
