//! What a certificate shows, as JSON; `docs/audit.md` says what each field means.

use nemcon_ledger::audit::certificate::{Ending, Moment, Proven};
use nemcon_ledger::audit::seal_time;
use serde_json::{Value, json};

use super::words::verdict;

/// The object that `nemcon verify --json` prints.
pub fn of(proven: &Proven) -> Value {
    let report = &proven.report;
    let faults: Vec<_> = report
        .faults
        .iter()
        .map(|fault| {
            json!({
                "fault": fault.name(), "record": fault.place.record.map(|it| it.0),
                "block": fault.place.block.map(|it| it.0), "file": fault.place.file,
                "line": fault.place.line, "rule": fault.wrong.rule_in_words(), "message": fault.to_string(),
            })
        })
        .collect();
    let mut value = json!({
        "verified": proven.is_final(),
        "verified_in_public": proven.is_final_in_public(),
        "verdict": verdict(proven),
        "measure": proven.measure,
        "council": report.council,
        "faults": faults,
        "fault_count": report.fault_count,
        "seals_not_judged": report.unjudged.seals,
    });
    if proven.is_faultless()
        && let (Some(all), Value::Object(shown)) = (value.as_object_mut(), shown(proven))
    {
        all.extend(shown);
    }
    value
}

fn moment(at: Moment) -> Value {
    json!({ "record": at.leaf.0, "block": at.height.0, "time": at.time.to_string(), "exact": at.is_exact })
}

/// What is shown to be true.
fn shown(proven: &Proven) -> Value {
    let report = &proven.report;
    json!({
        "name": report.name,
        "text": proven.text.as_ref().map(|(text, hash, revision, at)| json!({
            "title": text.title, "kind": text.kind, "proposer": text.head.by, "text_hash": hash,
            "revision": revision, "at": moment(*at),
        })),
        "tabled": proven.tabled.map(moment),
        "source": proven.source,
        "ending": proven.ending.as_ref().map(ending),
        "ballots": proven.ballots.iter().map(|it| json!({
            "code": it.code, "by": it.by, "position": it.position, "officers": it.officers,
            "text_hash": it.text_hash, "declaration": it.declaration, "tacit": it.is_tacit, "at": moment(it.at),
        })).collect::<Vec<_>>(),
        "mandates": proven.mandates.iter().map(|it| json!({
            "code": it.code, "holder": it.holder, "at": moment(it.at),
        })).collect::<Vec<_>>(),
        "package": proven.package.iter().map(|(number, adopted)| json!({
            "measure": number, "adopted": adopted,
        })).collect::<Vec<_>>(),
        "sealed": report.seal_times.iter().map(|(code, time_s)| json!({
            "code": code, "time": seal_time(*time_s),
        })).collect::<Vec<_>>(),
        "size": report.size.0,
        "height": report.height.0,
        "root": report.root,
    })
}

fn ending(ending: &Ending) -> Value {
    match ending {
        Ending::Decided { decision, at, votes } => json!({
            "what": "decided", "decision": decision.number, "outcome": decision.outcome.as_str(),
            "rule": decision.rule, "reason": votes, "at": moment(*at),
            "not_entitled": decision.excluded.iter().map(|it| json!({
                "code": it.code, "why": it.why,
            })).collect::<Vec<_>>(),
        }),
        Ending::Lapsed { lapse, at } => json!({
            "what": "lapsed", "reason": lapse.reason, "missing": lapse.missing, "at": moment(*at),
        }),
        Ending::Withdrawn { at } => json!({ "what": "withdrawn", "at": moment(*at) }),
        Ending::Open { missing } => json!({ "what": "open", "missing": missing }),
    }
}
