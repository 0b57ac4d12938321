//! The result of an audit as JSON; `docs/audit.md` says what each field means.

use nemcon_ledger::audit::{
    ChangeReport, Counts, DecidedAct, DecisionReport, Fault, Heir, MandateReport, MeasureReport,
    OldKey, Remark, Report, seal_time,
};
use serde_json::{Value, json};

use super::words;

pub(super) fn of(report: &Report) -> Value {
    json!({
        "verified": report.is_verified(),
        "public": report.shown.as_ref().map(|shown| json!({
            "verified": report.is_verified_in_public(),
            "shown": shown.records,
            "withheld": shown.withheld,
            "signatures_not_checked": shown.unverified,
            "decided": shown.decided.iter().map(decided).collect::<Vec<_>>(),
        })),
        "council": report.council,
        "name": report.name,
        "size": report.size.0,
        "root": report.root,
        "height": report.height.0,
        "time": report.time.map(|time| time.to_string()),
        "succeeds": report.succeeds.as_ref().map(|link| json!({
            "council": link.council, "size": link.checkpoint.size.0,
            "checked": report.heirs.is_some(),
            "members": report.heirs.iter().flatten().map(heir).collect::<Vec<_>>(),
        })),
        "since": report.since.as_ref().map(|since| json!({
            "size": since.size.0, "root": since.root, "checked_again": since.again,
        })),
        "not_looked_at": { "files": report.strays.count, "names": report.strays.names },
        "sealed_by": report.sealed_by,
        "sealed": report.seal_times.iter().map(|(code, time_s)| {
            json!({ "code": code, "time": seal_time(*time_s) })
        }).collect::<Vec<_>>(),
        "counts": counts(&report.counts),
        "decisions": report.decisions.iter().map(decision).collect::<Vec<_>>(),
        "measures": report.measures.iter().map(measure).collect::<Vec<_>>(),
        "changes": report.changes.iter().map(change).collect::<Vec<_>>(),
        "remarks": report.remarks.iter().map(remark).collect::<Vec<_>>(),
        "faults": report.faults.iter().map(fault).collect::<Vec<_>>(),
        "fault_count": report.fault_count,
        "not_judged": not_judged(report),
    })
}

fn decided(act: &DecidedAct) -> Value {
    json!({
        "measure": act.measure, "outcome": act.outcome.as_str(), "title": act.title,
        "kind": act.kind, "rule": act.rule, "text_hash": act.text, "leaf": act.leaf.0,
        "votes": act.votes.as_ref().map(|votes| json!({
            "reason": votes.reason,
            "ballots": votes.ballots.iter().map(|(code, position)| {
                json!({ "code": code, "position": position })
            }).collect::<Vec<_>>(),
        })),
        "later": act.later.iter().map(|later| {
            json!({ "what": later.what, "leaf": later.leaf.0 })
        }).collect::<Vec<_>>(),
    })
}

fn heir(heir: &Heir) -> Value {
    let keys = heir.old_keys.iter().map(OldKey::to_string);
    json!({ "code": heir.code, "old_keys": keys.collect::<Vec<_>>() })
}

fn counts(n: &Counts) -> Value {
    json!({
        "files": n.files, "members": n.members, "founding_signatures": n.founding_signatures,
        "records": n.records, "blocks": n.blocks, "statements": n.statements,
        "officer_signatures": n.officer_signatures, "decisions": n.decisions,
        "hash_tiles": n.hash_tiles, "seals": n.seals,
    })
}

fn decision(d: &DecisionReport) -> Value {
    json!({
        "measure": d.measure, "title": d.title, "adopted": d.adopted, "leaf": d.leaf.0,
        "decided": d.decided.map(|time| time.to_string()), "final": d.is_final,
    })
}

fn measure(m: &MeasureReport) -> Value {
    let mandates = m
        .mandates
        .iter()
        .map(|MandateReport { code, holder }| json!({ "code": code, "holder": holder }));
    json!({
        "number": m.number, "title": m.title, "status": m.status.to_string(), "tally": m.tally.to_string(),
        "reason": m.reason, "missing": m.tally.missing, "mandates": mandates.collect::<Vec<_>>(),
        "not_judged_because_of_record": m.unjudged.map(|leaf| leaf.0),
    })
}

fn change(c: &ChangeReport) -> Value {
    json!({ "kind": c.kind, "by": c.by, "leaf": c.leaf.0 })
}

fn remark(remark: &Remark) -> Value {
    json!({ "remark": remark.name(), "message": remark.to_string() })
}

fn fault(fault: &Fault) -> Value {
    let Fault { place, wrong } = fault;
    json!({
        "fault": fault.name(),
        "record": place.record.map(|leaf| leaf.0),
        "block": place.block.map(|height| height.0),
        "file": place.file,
        "line": place.line,
        "byte": place.byte,
        "refusal": wrong.refusal(),
        "rule": wrong.rule_in_words(),
        "message": wrong.to_string(),
    })
}

fn not_judged(report: &Report) -> Vec<Value> {
    let unjudged = &report.unjudged;
    let following = unjudged.following.iter().map(|(because, it)| {
        json!({
            "what": words::kinds(it), "because_of_record": because.0,
            "first": it.first.0, "last": it.last.0,
        })
    });
    let whole = words::unjudged_wholly(unjudged)
        .into_iter()
        .map(|(what, because)| json!({ "what": what, "because": because }));
    following.chain(whole).collect()
}
