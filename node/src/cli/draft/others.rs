//! The drafts of what is no measure: an incident, a member's officers, a founding plan.

use nemcon_client::seats::Seat;
use nemcon_ledger::record::charter::{Charter, Incidents};

use super::council_change;
use super::form::{Form, quoted};

/// The explanation of `#` lines at the head of a draft.
const MAY: &str = "Fill in what is empty. A line that begins with `#` and a field's name may be used: take \
                   the `#` away and fill it in.";

/// The draft of an incident.
pub(super) fn incident(charter: &Charter, incidents: &Incidents) -> String {
    let list = |words: &[nemcon_ledger::text::Label]| {
        words.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let head = [
        format!("An incident that a {} shares: {}.", charter.word("member", "member"), charter.name),
        "Who stands behind it each member says for itself, once it is reported: `nemcon incident attribute`."
            .to_owned(),
        format!(
            "{MAY} Then, with `--as`, `--key` and `--node` or `--dir`:\n  nemcon incident report \
             incident.toml"
        ),
    ];
    let mut form = Form::new(&head);
    form.says("The title, in one line.").line("title", "\"\"");
    form.says(format_args!("Its category, one of: {}.", list(&incidents.categories)))
        .line("category", "\"\"");
    form.says("When it began (UTC): \"2026-11-23T20:47:00Z\".").line("from", "\"\"");
    form.says("When it ended, if it has.").may("until", "\"\"");
    let severity: Vec<_> =
        incidents.factors.iter().map(|factor| format!("{factor} = \"\"")).collect();
    form.says(format_args!(
        "How severe it is by each factor, one of: {}. Delete the factors that were not judged.",
        list(&incidents.levels)
    ))
    .may("severity", format_args!("{{ {} }}", severity.join(", ")));
    form.says("What happened, a text a paragraph.").may("summary", "[\"\"]");
    form.says(
        "Evidence: commitments to texts that stay with you, as `nemcon commit FILE` makes them.",
    )
    .may("evidence", "[\"\"]");
    form.text()
}

/// The draft of a member's officers.
pub(super) fn officers(seat: Option<&Seat>) -> String {
    let head = [
        "Who signs for a member from now on: all its officers, those that stay too.".to_owned(),
        "Each new officer makes a key with `nemcon key new --role officer --out FILE`; `nemcon key show \
         FILE` prints the public half. Signed with the recovery key and each new officer's key; it ends a \
         freeze."
            .to_owned(),
        format!(
            "{MAY} Then, with `--as`, `--key` and `--node` or `--dir`:\n  nemcon key officers officers.toml"
        ),
    ];
    let mut form = Form::new(&head);
    let planned = seat.map(|seat| &seat.member);
    form.says("How many of the officers must sign what the member says, without quotes.")
        .line("signatures", planned.map_or(1, |it| it.signatures));
    form.says("A new recovery key, if it changes too: its old self and the officers sign as well.")
        .may("recovery", "\"\"");
    form.says("Each officer: a name within the member, and the public key.");
    council_change::officers("", planned.map(|it| &it.officers[..]), &mut form);
    form.text()
}

/// The draft of a founding plan under the charter in `file`.
pub(super) fn plan(charter: &Charter, file: &str) -> String {
    let head = [
        format!("A founding plan: who founds the council, under which charter: {}.", charter.name),
        "One of you writes it; all check it and sign the text that is made of it. Each party makes its keys \
         where they stay, with `nemcon key new --all DIR --as CODE`, and sends DIR/CODE.toml, which holds \
         public halves only."
            .to_owned(),
        format!(
            "{MAY} Then, with the parties' files in protocol order, members first:\n  nemcon genesis \
             assemble plan.toml AA.toml BB.toml --out genesis"
        ),
    ];
    let mut form = Form::new(&head);
    form.says(
        "The council's name in keys and checkpoints, like a URL without its scheme: \
             \"board.example/reading-room\". It never changes.",
    )
    .line("origin", "\"\"");
    form.says("The charter, from the folder of this file.").line("charter", quoted(file));
    form
        .says(
            "Who may read the records: \"members\", with participants; or \"public\", whoever is given an \
             export.",
        )
        .line("visibility", "\"members\"");
    form.says(format_args!(
        "Members whose tables are to stand here instead of in files of their own: copy each [[member]] \
         here. `weight` is in {}; the charter's total is {}: what all members weigh together is not more.",
        charter.weight.of, charter.weight.total
    ));
    let roles: Vec<_> =
        super::naming::roles(charter).into_iter().map(ToString::to_string).collect();
    if !roles.is_empty() {
        form.says(format_args!(
            "Participants, who have no ballot: `nemcon key new --all DIR --as CODE --participant ROLE` writes \
             a [[participant]]. Roles that may do something by this charter: {}.",
            roles.join(", ")
        ));
    }
    form.text()
}
