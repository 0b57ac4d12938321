//! The demo's accession: all members admit a further one, its node catches up, and it enters
//! with its seal.

use std::path::Path;
use std::time::Instant;

use nemcon_client::acts::{entry, table};
use nemcon_client::draft::Draft;
use nemcon_client::export::sealed_head;
use nemcon_client::failure::Failure;
use nemcon_client::founding::PlannedMember;
use nemcon_ledger::record::Charter;
use nemcon_ledger::record::charter::Effect;
use nemcon_ledger::text::Code;

use super::law::say;
use super::{Demo, said};
use nemcon_audit::progress;

/// The files of the keys that sign an entry: every key of the entrant.
const ALL_KEYS: [&str; 4] = ["officer-desk.key", "recovery.key", "node.key", "seal.key"];

impl Demo {
    /// Admits the entrant, and waits until its node votes and seals with the others.
    pub(super) fn admit(&mut self) -> Result<(), Failure> {
        let Some(newcomer) = self.plan.entrant().cloned() else { return Ok(()) };
        let code = newcomer.code.clone();
        let founders = self.nodes.codes();
        let begun = Instant::now();
        let member = self.nodes.add(&newcomer)?;
        self.done("prepare", begun, &format!("{} ({code}) has made its keys", newcomer.name));
        let begun = Instant::now();
        let party = self.party(&founders[0])?;
        let draft = accession(&party.genesis.charter, member)?;
        let answer = table(&party, draft, Path::new("."))?;
        let word = self.word_of_main();
        let words = format!("{word} tabled by {}: {}", founders[0], said(&answer));
        self.done("table", begun, &words);
        self.show_title(self.main)?;
        self.cast_all(&founders)?;
        self.enter(&code)?;
        // The next measure is the council's first act with its new member.
        self.main += 1;
        self.stage.turn_page();
        Ok(())
    }

    /// Lets the entrant's node catch up, and waits for its entry to be ordered.
    fn enter(&mut self, code: &Code) -> Result<(), Failure> {
        let begun = Instant::now();
        self.nodes.start(code)?;
        self.nodes.reload_but(code);
        self.stage.event(&format!("{code} is admitted: its node starts, and is let in"));
        self.wait("the entrant's node", |demo| {
            demo.look()?;
            demo.nodes.follows(code)
        })?;
        let height = self.nodes.first_client().status()?.height;
        let words =
            format!("the node of {code} has caught up: {height} blocks, checked one by one");
        self.done("catch up", begun, &words);
        let begun = Instant::now();
        self.show_command("member enter", code, &ALL_KEYS);
        let party = self.keyholder(code, &ALL_KEYS)?;
        let session = self.session(code, Vec::new())?;
        let sealed = progress::of_records(|progress| sealed_head(&session, progress))?;
        let entry = entry(&party, &sealed)?;
        let words = say(&party, &entry, &format!("{code} takes its seat with its seal"))?;
        self.done("enter", begun, &words);
        let begun = Instant::now();
        self.wait("the new roster", |demo| {
            demo.look()?;
            let sits = demo.nodes.all_say(|status| {
                status.members.iter().any(|member| member.code == *code && member.connected)
            })?;
            Ok(sits.and(demo.nodes.has_caught_up(code)?))
        })?;
        let members = self.nodes.codes().len();
        self.done("seat", begun, &format!("{members} members order and seal: {code} with them"));
        Ok(())
    }

    /// All others sign the measure, then the entrant.
    pub(super) fn decide_with_entrant(&mut self) -> Result<(), Failure> {
        let codes = self.nodes.codes();
        let (entrant, founders) = codes.split_last().expect("a council has members");
        self.cast_all(founders)?;
        self.stage
            .event(&format!("not adopted without {entrant}: it sat there when it was tabled"));
        self.last_ballot(entrant)
    }
}

/// The draft of the measure that admits a member, in the fields that this charter asks for.
fn accession(charter: &Charter, member: PlannedMember) -> Result<Draft, Failure> {
    let kind = charter.kinds.iter().find(|kind| kind.effect == Some(Effect::Accession));
    let kind = kind.ok_or_else(|| {
        Failure::refused("the charter has no kind of measure that admits a member")
            .next("take another scenario")
    })?;
    let text = format!(
        "title = \"Accession: {}\"\nkind = \"{}\"\ncloses_in = \"7 days\"\n",
        member.name, kind.name
    );
    let mut draft = Draft::parse(&text, Path::new("accession.toml"))?;
    draft.basis = kind.decided[0].on.iter().take(1).cloned().collect();
    draft.admits = Some(member);
    Ok(draft)
}
