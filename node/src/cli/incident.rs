//! `nemcon incident`: reports and lists incidents, and signs a member's attribution.

use core::fmt::Write as _;
use std::path::PathBuf;

use clap::Subcommand;
use nemcon_client::api::{Answer, Incident, IncidentSummary};
use nemcon_client::draft::IncidentDraft;
use nemcon_client::failure::Failure;
use nemcon_client::publication::marking_line;
use nemcon_client::reading::Basis;
use nemcon_client::statements::{self, Finding};
use nemcon_client::words::{count, ordered};
use nemcon_crypto::Digest;
use nemcon_ledger::record::incident::Manner;
use nemcon_ledger::text::{Label, Line};
use serde_json::json;

use super::handing::became;
use super::measure::{shared, write_statement};
use super::signing::Signing;
use crate::cli::act::looked;
use crate::cli::context::Context;

/// Reports incidents, reads them, attributes them.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum IncidentCommand {
    /// Report an incident that a file describes.
    Report {
        /// The incident (TOML): title, category, from, severity, summary, evidence.
        file: PathBuf,
        #[command(flatten)]
        signing: Signing,
    },
    /// List the incidents.
    List,
    /// Show an incident, who attributes it to whom, and which measures answer it.
    Show {
        /// The incident's number.
        number: u64,
    },
    /// Write an incident's record to a file, for `nemcon statement sign` on another machine.
    Record {
        /// The incident's number.
        number: u64,
        /// The file to write.
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Say whom your member holds to stand behind an incident; a later word replaces it.
    Attribute {
        /// The incident's number.
        number: u64,
        /// One of the charter's findings: none, actor, group, state.
        #[arg(long)]
        finding: Label,
        /// Who stands behind the incident, in words that enter the ledger.
        #[arg(long, value_name = "TEXT", conflicts_with = "digest")]
        who: Option<Line>,
        /// The commitment to a text that says who stands behind the incident, as `nemcon commit` makes
        /// it.
        #[arg(long)]
        digest: Option<Digest>,
        /// How confident your member is, in a word of the charter: low, moderate, high.
        #[arg(long)]
        confidence: Label,
        /// Your member attributes the incident together with others.
        #[arg(long)]
        joint: bool,
        /// Your member makes its attribution public.
        #[arg(long)]
        public: bool,
        #[command(flatten)]
        signing: Signing,
    },
}

/// Runs `nemcon incident`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &IncidentCommand, context: Context<'_>) -> Result<(), Failure> {
    match command {
        IncidentCommand::Report { file, signing } => report(file, signing, context),
        IncidentCommand::List => list(context),
        IncidentCommand::Show { number } => {
            let session = context.session()?;
            let incident = session.client().incident(*number)?;
            let marking = marking_line(&session.founding()?.genesis().charter);
            context.screen.result(&incident, format!("{marking}{}", describe(&incident)))
        }
        IncidentCommand::Record { number, out } => {
            let session = context.session()?;
            let incident = session.client().incident(*number)?;
            write_statement(
                session.client(),
                incident.leaf,
                incident.text_hash,
                out,
                context.screen,
            )
        }
        IncidentCommand::Attribute {
            number,
            finding,
            who,
            digest,
            confidence,
            joint,
            public,
            signing,
        } => {
            let finding = Finding {
                finding: finding.clone(),
                who: who.clone(),
                digest: *digest,
                confidence: confidence.clone(),
                manner: if *joint { Manner::Joint } else { Manner::Alone },
                is_public: *public,
            };
            attribute(*number, finding, signing, context)
        }
    }
}

fn report(file: &std::path::Path, signing: &Signing, context: Context<'_>) -> Result<(), Failure> {
    signing.verify_possible(context.screen)?;
    let party = signing.party(&context.session()?)?;
    let draft = IncidentDraft::load(file)?;
    let body = draft.into_body(party.head.clone(), &party.genesis.charter)?;
    let basis = Basis::default();
    let Some(answer) = signing.submit(&party, &body, basis, context.screen)? else { return Ok(()) };
    let found = match &answer {
        Answer::Ordered { text_hash, .. } => party.client.incident_by_text(*text_hash),
        _ => Ok(None),
    };
    let (number, said) = looked(found, |number| {
        number.map(|number| format!("incident {number} is reported")).unwrap_or_default()
    });
    let words = format!("{}\n{said}", ordered(&answer, None));
    let number = number.flatten();
    let words = words.trim_end();
    became(context.screen, &answer, &json!({ "incident": number, "answer": answer }), words)
}

fn list(context: Context<'_>) -> Result<(), Failure> {
    let session = context.session()?;
    let incidents = session.client().incidents()?;
    let marking = marking_line(&session.founding()?.genesis().charter);
    let lines: Vec<_> = incidents.iter().map(one_line).collect();
    let words = if lines.is_empty() {
        "no incident has been reported: `nemcon incident report FILE.toml` does".to_owned()
    } else {
        marking + &lines.join("\n")
    };
    context.screen.result(&incidents, words)
}

fn one_line(incident: &IncidentSummary) -> String {
    let shared = count(incident.attributions, "attribution");
    let answered = answered(&incident.measures);
    format!(
        "{:>4}  {}\n      reported by {} at {}, {shared}, {answered}",
        incident.number, incident.title, incident.by, incident.reported
    )
}

fn answered(measures: &[u64]) -> String {
    if measures.is_empty() {
        return "no measure answers it".to_owned();
    }
    let numbers: Vec<_> = measures.iter().map(u64::to_string).collect();
    format!("answered by measure {}", numbers.join(", "))
}

fn describe(incident: &Incident) -> String {
    let mut words =
        format!("incident {}: {}\n\n{}", incident.number, incident.title, incident.text);
    let _ = writeln!(
        words,
        "\ntext hash {}\nreported by {} at {}, record {}\n{}",
        incident.text_hash,
        incident.by,
        incident.reported,
        incident.leaf,
        answered(&incident.measures)
    );
    words.push_str("who shares the assessment:\n");
    words.push_str(shared(incident).trim_end());
    words
}

fn attribute(
    number: u64,
    finding: Finding,
    signing: &Signing,
    context: Context<'_>,
) -> Result<(), Failure> {
    signing.verify_possible(context.screen)?;
    let party = signing.party(&context.session()?)?;
    let incident = party.client.incident(number)?;
    let body = statements::attribution(party.head.clone(), &incident, finding)?;
    let basis = Basis::incident(&incident);
    let Some(answer) = signing.submit(&party, &body, basis, context.screen)? else { return Ok(()) };
    let (after, now) = looked(party.client.incident(number), |after| {
        format!("incident {number}:\n{}", shared(after))
    });
    let words = format!("{}\n{now}", ordered(&answer, None));
    became(
        context.screen,
        &answer,
        &json!({ "answer": answer, "incident": after }),
        words.trim_end(),
    )
}
