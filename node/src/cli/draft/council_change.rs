//! What a measure changes in the council itself, as a draft explains it.

use nemcon_client::founding::{PlannedMember, PlannedOfficer, PlannedParticipant};
use nemcon_client::seats::Seats;
use nemcon_ledger::record::charter::{Charter, Effect};
use nemcon_ledger::record::council_change::{NextRules, Weights};
use nemcon_ledger::record::genesis::RULES_VERSION;
use nemcon_ledger::record::{CouncilChange, Member, Officer, Participant};
use nemcon_ledger::text::Code;

use super::form::{Form, list_of, listed, quoted};

/// What is known besides the charter.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known<'a> {
    /// The members and participants, if a node was asked.
    pub(super) seats: Option<&'a Seats>,
    /// The party that enters or is appointed, if its file was given.
    pub(super) party: Option<&'a Entering>,
}

/// The party in a party's file, which a measure admits or appoints.
#[derive(Clone, Debug)]
pub(super) enum Entering {
    /// A member that enters.
    Member(Box<PlannedMember>),
    /// A participant that is appointed.
    Participant(Box<PlannedParticipant>),
}

/// The lines of the draft before its first table.
pub(super) fn lines(
    effect: Effect,
    charter: &Charter,
    known: Known<'_>,
    said: Option<&CouncilChange>,
    form: &mut Form,
) {
    match effect {
        Effect::Authorisation => participation(charter, known, said, form),
        Effect::Departure => departure(said, form),
        Effect::Weights => weights(charter, known, said, form),
        Effect::Rules => rules(said, form),
        Effect::Accession | Effect::Appointment => {}
    }
}

/// The tables at the end of the draft.
pub(super) fn tables(
    effect: Effect,
    charter: &Charter,
    known: Known<'_>,
    said: Option<&CouncilChange>,
    form: &mut Form,
) {
    match effect {
        Effect::Accession => accession(charter, known, said, form),
        Effect::Appointment => appointment(charter, known, said, form),
        Effect::Authorisation | Effect::Departure | Effect::Weights | Effect::Rules => {}
    }
}

fn participation(
    charter: &Charter,
    known: Known<'_>,
    said: Option<&CouncilChange>,
    form: &mut Form,
) {
    let minimum = charter.rules.iter().filter_map(|rule| rule.minimum).max();
    let minimum = minimum.map(|minimum| format!(", at least {minimum}")).unwrap_or_default();
    let members = known.seats.map(|seats| {
        let codes: Vec<_> = seats.members.iter().map(|seat| seat.member.code.as_str()).collect();
        format!(" The members in that order: {}.", codes.join(", "))
    });
    form.says(format_args!(
        "Who may go ahead together: the members' codes in protocol order{minimum}.{}",
        members.unwrap_or_default()
    ));
    match said {
        Some(CouncilChange::Participation(codes)) => form.line("participating", listed(codes)),
        _ => form.line("participating", "[\"\"]"),
    };
}

fn departure(said: Option<&CouncilChange>, form: &mut Form) {
    form.says(
        "The code of the member that leaves: it has given notice (`nemcon member notice`), and \
         has no ballot on this.",
    );
    match said {
        Some(CouncilChange::Departure(code)) => form.line("departs", quoted(code)),
        _ => form.line("departs", "\"\""),
    };
}

fn weights(charter: &Charter, known: Known<'_>, said: Option<&CouncilChange>, form: &mut Form) {
    let of = &charter.weight.of;
    form.says(format_args!(
        "What members weigh from then on ({of}), in protocol order, numbers without quotes; who \
         does not stand here keeps its weight."
    ));
    let line = |code: &Code, weight: u64| format!("{{ code = \"{code}\", weight = {weight} }}");
    let seated = known.seats.map(|seats| {
        let members = seats.members.iter().map(|seat| &seat.member);
        let members: Vec<_> = members.map(|it| line(&it.code, it.weight)).collect();
        (members, seats.total_weight.to_string())
    });
    let (lines, total) = match said {
        Some(CouncilChange::Weights(Weights { weights, total })) => {
            (weights.iter().map(|(code, it)| line(code, *it)).collect(), total.to_string())
        }
        _ => seated.unwrap_or_else(|| {
            (vec!["{ code = \"\", weight = \"\" }".to_owned()], "\"\"".to_owned())
        }),
    };
    form.line("weights", list_of(lines));
    form.says(
        "The total that fractions are taken of: what all members weigh together, or an official \
         figure that is not less.",
    );
    form.line("total_weight", total);
}

fn rules(said: Option<&CouncilChange>, form: &mut Form) {
    form.says(format_args!(
        "The version of the ledger's rules, a number without quotes and above {RULES_VERSION}, \
         which this release applies; and the first release that knows it: \"nemcon 0.2.0\". WITH ITS \
         ADOPTION EVERY NODE OF AN OLDER RELEASE STOPS."
    ));
    match said {
        Some(CouncilChange::Rules(NextRules { version, release })) => form.line(
            "rules",
            format_args!("{{ version = {version}, release = {} }}", quoted(release)),
        ),
        _ => form.line("rules", "{ version = \"\", release = \"\" }"),
    };
}

fn accession(charter: &Charter, known: Known<'_>, said: Option<&CouncilChange>, form: &mut Form) {
    form.says(format_args!(
        "Who may enter, with all its keys, so that members read whom they admit. The entrant \
         makes them with `nemcon key new --all DIR --as CODE`, and sends DIR/CODE.toml; its table \
         [[member]] stands here as [admits] (`nemcon draft KIND --party CODE.toml` writes it). `weight`: {}, \
         a number without quotes.",
        charter.weight.of
    ));
    let planned = match (said, known.party) {
        (Some(CouncilChange::Accession(entrant)), _) => Some(PlannedMember::of(entrant)),
        (_, Some(Entering::Member(member))) => Some((**member).clone()),
        _ => None,
    };
    member("admits", planned.as_ref(), form);
}

fn appointment(charter: &Charter, known: Known<'_>, said: Option<&CouncilChange>, form: &mut Form) {
    let roles: Vec<_> =
        super::naming::roles(charter).into_iter().map(ToString::to_string).collect();
    let seated = known.seats.map(|seats| {
        let seats = seats.participants.iter().map(|it| &it.participant);
        let seats: Vec<_> = seats.map(|it| format!("{} ({})", it.code, it.role)).collect();
        if seats.is_empty() { String::new() } else { format!(" Today: {}.", seats.join(", ")) }
    });
    form.says(format_args!(
        "Who speaks for a participant from then on, all its officers, those that stay too; one of \
         an unused code is added.{} Each new officer makes a key with `nemcon key new --role officer --out \
         FILE` and gives its public half. Nobody: `signatures = 0`, and no [[appoints.officer]]. Roles: {}.",
        seated.unwrap_or_default(),
        roles.join(", ")
    ));
    let planned = match (said, known.party) {
        (Some(CouncilChange::Appointment(party)), _) => Some(PlannedParticipant::of(party)),
        (_, Some(Entering::Participant(party))) => Some((**party).clone()),
        _ => None,
    };
    participant("appoints", planned.as_ref(), form);
}

/// The table of a member, filled in as given or empty.
pub(super) fn member(head: &str, planned: Option<&PlannedMember>, form: &mut Form) {
    let text = |get: fn(&Member) -> String| {
        let member = planned.cloned().map(PlannedMember::into_member);
        member.as_ref().map_or_else(|| "\"\"".to_owned(), get)
    };
    form.table(&format!("[{head}]"));
    form.line("code", text(|it| quoted(&it.code)));
    form.line("name", text(|it| quoted(&it.name)));
    form.line("weight", text(|it| it.weight.to_string()));
    form.line("signatures", planned.map_or(1, |it| it.signatures));
    form.line("recovery", text(|it| quoted(it.recovery)));
    form.line("node", text(|it| quoted(it.node)));
    form.line("seal", text(|it| quoted(it.seal)));
    officers(head, planned.map(|it| &it.officers[..]), form);
}

/// The table of a participant, filled in as given or empty.
pub(super) fn participant(head: &str, planned: Option<&PlannedParticipant>, form: &mut Form) {
    let text = |get: fn(&Participant) -> String| {
        let party = planned.cloned().map(PlannedParticipant::into_participant);
        party.as_ref().map_or_else(|| "\"\"".to_owned(), get)
    };
    form.table(&format!("[{head}]"));
    form.line("code", text(|it| quoted(&it.code)));
    form.line("name", text(|it| quoted(&it.name)));
    form.line("role", text(|it| quoted(&it.role)));
    form.line("signatures", planned.map_or(1, |it| it.signatures));
    officers(head, planned.map(|it| &it.officers[..]), form);
}

/// The tables of officers, filled in as given or one empty table.
pub(super) fn officers(head: &str, planned: Option<&[PlannedOfficer]>, form: &mut Form) {
    let head =
        format!("[[{}officer]]", if head.is_empty() { String::new() } else { format!("{head}.") });
    let Some(planned) = planned else {
        form.table(&head).line("label", "\"desk\"").line("key", "\"\"");
        return;
    };
    for Officer { label, key } in planned.iter().cloned().map(PlannedOfficer::into_officer) {
        form.table(&head).line("label", quoted(label)).line("key", quoted(key));
    }
}
