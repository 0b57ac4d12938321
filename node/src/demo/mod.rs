//! `nemcon demo`: founds a council, shows it at work with real node processes, and audits its export.
//!
//! ```text
//! found ─ start N nodes ─ (accession) ─ table ─ ballots, as the scenario has it ─ final ─ export ─ audit
//! ```
//!
//! Every step runs the code of the command with that name. What it guarantees: no process outlives the
//! demo. The demo stops its nodes when it ends, fails, panics or is interrupted; if it is killed, the
//! nodes notice that and stop by themselves.

mod accession;
mod casting;
mod desk;
mod ending;
mod frame;
mod freeze;
mod law;
mod nodes;
mod plan;
mod quoting;
mod showing;
mod stage;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nemcon_client::acts::{close, table};
use nemcon_client::api::{Answer, Measure};
use nemcon_client::atomic_write::replace_file;
use nemcon_client::draft::Draft;
use nemcon_client::export::{Scope, export};
use nemcon_client::failure::Failure;
use nemcon_client::keyfile::KeyFileError;
use nemcon_client::party_key::KeyPlace;
use nemcon_client::session::{Party, Session};
use nemcon_client::shipped::{CharterName, Shipped};
use nemcon_client::statements::Choice;
use nemcon_crypto::hash;
use nemcon_ledger::council::join;
use nemcon_ledger::record::Position;
use nemcon_ledger::text::{Code, Show as _};

pub use desk::Show;
pub use ending::{Ending, Step};
pub use plan::{Scenario, ScenarioError};

use crate::cli::Global;
use crate::interrupt::Interrupt;
use crate::testnet::Testnet;
use casting::Casting;
use desk::DemoDesk;
use nemcon_audit::progress;
use nodes::Nodes;
use plan::Plan;
use stage::{Stage, Voice};

/// The longest time that one step may take.
const STEP_TIMEOUT: Duration = Duration::from_secs(90);
/// The interval at which the nodes are asked.
const POLL: Duration = Duration::from_millis(60);
/// The file of the formal declaration. The ledger holds only its digest.
const DECLARATION_FILE: &str = "declaration.txt";
/// The formal declaration that goes with the demo's qualified abstention.
const DECLARATION: &[u8] =
    b"A rehearsal: this stands where a formal declaration on a qualified abstention would.\n";

/// What a demo shows, and where.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The charter, which brings its members.
    pub charter: CharterName,
    /// The number of members; by default all of the charter's list.
    pub members: Option<usize>,
    /// The scenario.
    pub scenario: Scenario,
    /// The folder that is created; by default a new one in the system's temporary folder.
    pub dir: Option<PathBuf>,
    /// Whether the demo prints nothing until its end.
    pub is_quiet: bool,
    /// Where it is seen.
    pub show: Show,
}

/// A running demo.
struct Demo {
    /// Closed before the nodes are stopped.
    desk: Option<DemoDesk>,
    show: Show,
    plan: Plan,
    /// The number of the measure that the picture shows.
    main: u64,
    nodes: Nodes,
    stage: Stage,
    interrupt: Interrupt,
    steps: Vec<Step>,
}

/// Runs the demo. Its nodes have stopped when this returns.
///
/// # Errors
/// [`Failure`].
pub fn run(setup: &Setup) -> Result<Ending, Failure> {
    let shipped = Shipped::load(setup.charter);
    let members = setup.members.unwrap_or(shipped.seats.len());
    let shipped = shipped.first(members)?;
    let plan = Plan::new(setup.scenario, &shipped).map_err(Failure::usage)?;
    let interrupt = Interrupt::listen()?;
    let mut stage = Stage::new(if setup.is_quiet { Voice::Silent } else { Voice::of_stdout() });
    stage.words(&shipped.charter);
    let begun = Instant::now();
    let dir = match &setup.dir {
        Some(dir) => dir.clone(),
        None => fresh_folder()?,
    };
    let testnet = Testnet::found(&dir, shipped)?;
    stage.event(&format!("folder {}", testnet.dir().shown()));
    stage.event("no passphrase locks the keys there: they are for trying only");
    stage.event(&format!("council {}", testnet.council()));
    let nodes = Nodes::new(testnet);
    let (desk, show, steps) = (None, setup.show, Vec::new());
    let mut demo = Demo { desk, show, plan, main: 1, nodes, stage, interrupt, steps };
    demo.done("found", begun, &format!("founded: {members} signatures under the genesis"));
    let ending = demo.play();
    demo.stage.close();
    ending
}

/// A new folder name in the system's temporary folder.
fn fresh_folder() -> Result<PathBuf, Failure> {
    let mut random = [0; 4];
    getrandom::fill(&mut random).map_err(nemcon_client::keyfile::KeyFileError::from)?;
    let name = format!("nemcon-demo-{:08x}", u32::from_le_bytes(random));
    Ok(std::env::temp_dir().join(name))
}

impl Demo {
    fn play(&mut self) -> Result<Ending, Failure> {
        self.start_nodes()?;
        self.open_desk()?;
        self.admit()?;
        self.table_main()?;
        let codes = self.nodes.codes();
        match self.plan.scenario {
            Scenario::Adopt | Scenario::Abstain => self.cast_all(&codes)?,
            Scenario::Veto => {
                self.cast_all(&codes)?;
                self.close_main()?;
            }
            Scenario::Absent => {
                self.cast_all(&codes)?;
                self.await_the_absent()?;
            }
            Scenario::Revise => self.revise_main()?,
            Scenario::Mandate => self.act_by_mandate()?,
            Scenario::Package => self.bind_both()?,
            Scenario::Freeze => self.freeze_and_thaw()?,
            Scenario::Accession => self.decide_with_entrant()?,
        }
        self.finish()
    }

    /// Notes the duration of a step and prints that it is done.
    fn done(&mut self, what: &'static str, begun: Instant, words: &str) {
        let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.steps.push(Step { what, ms });
        self.stage.event(words);
    }

    fn start_nodes(&mut self) -> Result<(), Failure> {
        let begun = Instant::now();
        let codes = self.nodes.codes();
        let on: Vec<Code> = codes.into_iter().filter(|code| !self.plan.is_absent(code)).collect();
        for code in &on {
            self.nodes.start(code)?;
        }
        self.wait("the nodes to connect", |demo| {
            let connected = demo.nodes.connected()?;
            demo.stage.bar("nodes connected", connected, on.len());
            Ok((connected == on.len()).then_some(()))
        })?;
        let absent = |code: &Code| format!("; the node of {code} is off");
        let off = self.plan.absent().map(absent).unwrap_or_default();
        let words = format!("{} node processes, each connected to all{off}", on.len());
        self.done("start", begun, &words);
        Ok(())
    }

    fn table_main(&mut self) -> Result<(), Failure> {
        let begun = Instant::now();
        let words = self.table(0, 0)?;
        self.done("table", begun, &words);
        self.show_title(self.main)
    }

    /// Prints the measure's title, after every node has the block in which the measure was tabled.
    fn show_title(&mut self, number: u64) -> Result<(), Failure> {
        self.wait("the measure", |demo| Ok(demo.nodes.all_know(number)?.then_some(())))?;
        let measure = self.nodes.first_client().measure(number)?;
        self.stage.event(&format!("  {}", measure.title));
        Ok(())
    }

    /// The measure at index `which` of the charter's measures. Whom it lists is nobody.
    fn draft(&self, which: usize) -> Result<Draft, Failure> {
        let draft = Draft::parse(self.plan.measures[which], Path::new("measure.toml"))?;
        Ok(draft.list_nobody().map_err(KeyFileError::from)?)
    }

    /// Lets the member at index `by` table the measure at index `which` of the charter's measures.
    fn table(&self, by: usize, which: usize) -> Result<String, Failure> {
        let code = self.nodes.code(by);
        let draft = self.draft(which)?;
        let answer = table(&self.party(&code)?, draft, Path::new("."))?;
        let number = self.main + which as u64;
        let measure = self.stage.word("measure");
        Ok(format!("{measure} {number} tabled by {code}: {}", said(&answer)))
    }

    /// The charter's word for a measure, with the main measure's number.
    fn word_of_main(&self) -> String {
        format!("{} {}", self.stage.word("measure"), self.main)
    }

    fn party(&self, code: &Code) -> Result<Party, Failure> {
        self.session(code, Vec::new())?.party()
    }

    /// A session with the node of `code`, with these keys or, if none are given, its officers' keys.
    fn session(&self, code: &Code, keys: Vec<PathBuf>) -> Result<Session, Failure> {
        let dir = Some(self.nodes.testnet().dir().to_owned());
        Global {
            dir,
            party: Some(code.clone()),
            keys: keys.into_iter().map(KeyPlace::File).collect(),
            ..Global::default()
        }
        .session()
    }

    /// Casts the ballots of the members among `codes` whose nodes run.
    fn cast_all(&mut self, codes: &[Code]) -> Result<(), Failure> {
        let begun = Instant::now();
        let mut ballots = Vec::new();
        for (code, position) in self.plan.ballots() {
            if codes.contains(&code) {
                ballots.push((self.party(&code)?, self.main, choice(position)));
            }
        }
        let wanted = ballots.len();
        if ballots.iter().any(|(_, _, said)| said.position == Position::AbstainQualified) {
            let path = self.nodes.testnet().dir().join(DECLARATION_FILE);
            replace_file(&path, DECLARATION)?;
            self.stage.event(&format!("the declaration to be made is in {}", path.shown()));
        }
        let mut casting = Casting::begin(ballots, self.pace());
        let measure = self.wait("the ballots", |demo| {
            casting.advance()?;
            let measure = demo.look()?;
            let signed = measure.ballots.len() - measure.missing.len();
            Ok((casting.is_done() && signed == wanted).then_some(measure))
        })?;
        let missing = match measure.missing.as_slice() {
            [] => String::new(),
            missing => format!(", missing: {}", join(missing)),
        };
        let words = format!("{wanted} of {} ballots ordered{missing}", measure.ballots.len());
        self.done("ballots", begun, &words);
        Ok(())
    }

    fn close_main(&mut self) -> Result<(), Failure> {
        let begun = Instant::now();
        let code = self.nodes.code(0);
        let answer = close(&self.party(&code)?, self.main)?;
        self.done("close", begun, &format!("{code} closes balloting: {}", said(&answer)));
        Ok(())
    }

    /// Shows that the others' work goes on. Then the absent node returns and catches up, and
    /// its member signs.
    fn await_the_absent(&mut self) -> Result<(), Failure> {
        let Some(code) = self.plan.absent().cloned() else { return Ok(()) };
        self.stage
            .event(&format!("final only when {code} has signed; other work goes on meanwhile"));
        let begun = Instant::now();
        let words = self.table(1, 1)?;
        self.done("meanwhile", begun, &words);
        self.show_title(2)?;
        let begun = Instant::now();
        self.nodes.start(&code)?;
        self.stage.event(&format!("the node of {code} starts, and fetches what it missed"));
        self.wait("the absent node", |demo| {
            demo.look()?;
            demo.nodes.has_caught_up(&code)
        })?;
        self.done("catch up", begun, &format!("the node of {code} has caught up and sealed"));
        self.last_ballot(&code)
    }

    /// The last member without a ballot signs.
    fn last_ballot(&mut self, code: &Code) -> Result<(), Failure> {
        let begun = Instant::now();
        let ballot = (self.party(code)?, self.main, Position::InFavour.into());
        let mut casting = Casting::begin(vec![ballot], self.pace());
        self.wait("the last ballot", |demo| {
            casting.advance()?;
            let measure = demo.look()?;
            Ok((casting.is_done() && measure.missing.is_empty()).then_some(()))
        })?;
        self.done("last ballot", begun, &format!("{code} signs: the last ballot is in"));
        Ok(())
    }

    fn finish(&mut self) -> Result<Ending, Failure> {
        let begun = Instant::now();
        let measure = self.wait("every seal", |demo| {
            let measure = demo.look()?;
            Ok(measure.is_final.then_some(measure))
        })?;
        let seals = measure.ballots.len();
        self.done("final", begun, &format!("sealed by all {seals}: the decision is final"));
        // The last picture stays on the terminal, and the next lines are printed below it.
        self.look()?;
        self.stage.close();
        let begun = Instant::now();
        let session = self.nodes.session()?;
        let out = self.nodes.testnet().dir().join("export");
        let exported =
            progress::of_records(|progress| export(&session, &out, Scope::Whole, progress))?;
        let words = format!("exported {} records to {}", exported.records, exported.folder.shown());
        self.done("export", begun, &words);
        let begun = Instant::now();
        let report = ending::audit(&exported.folder, self.nodes.testnet().council())?;
        self.done("audit", begun, ending::verdict(&report));
        let decision = self.nodes.record(measure.outcome_leaf)?;
        self.leave_to_the_desk()?;
        let begun = Instant::now();
        let processes = self.nodes.stop();
        self.done("stop", begun, &format!("{processes} node processes ended"));
        let steps = std::mem::take(&mut self.steps);
        let place = (self.nodes.testnet().dir(), self.nodes.testnet().council());
        Ok(Ending::new(self.plan.scenario, place, measure, decision, exported, &report, steps))
    }

    /// Reads the main measure from the first member's node, and shows what is new.
    fn look(&mut self) -> Result<Measure, Failure> {
        let client = self.nodes.first_client();
        let (measure, status) = (client.measure(self.main)?, client.status()?);
        self.stage.show(&measure, &status);
        Ok(measure)
    }

    /// Checks that nobody has ended the demo, and no node has ended.
    fn verify_going_on(&mut self) -> Result<(), Failure> {
        if self.interrupt.is_raised() {
            let dir = quoting::word(self.nodes.testnet().dir());
            return Err(Failure::usage("interrupted: all nodes are ended, the folder is kept")
                .next(format_args!("to clean up: rm -r {dir}")));
        }
        self.nodes.verify_running()
    }

    /// Polls until `look` returns a value, at most for the time of one step.
    fn wait<T>(
        &mut self,
        what: &str,
        mut look: impl FnMut(&mut Self) -> Result<Option<T>, Failure>,
    ) -> Result<T, Failure> {
        let deadline = Instant::now() + STEP_TIMEOUT;
        loop {
            self.verify_going_on()?;
            if let Some(found) = look(self)? {
                return Ok(found);
            }
            if Instant::now() > deadline {
                let seconds = STEP_TIMEOUT.as_secs();
                let dir = self.nodes.testnet().dir().shown();
                return Err(Failure::usage(format_args!("waited {seconds} s for {what} in vain"))
                    .next(format_args!("the nodes say why in {dir}/members/*/node.log")));
            }
            std::thread::sleep(POLL);
        }
    }
}

/// A choice with this position, and with the declaration if the position needs one.
fn choice(position: Position) -> Choice {
    let is_qualified = position == Position::AbstainQualified;
    let declaration = is_qualified.then(|| hash::sha256(DECLARATION));
    Choice { declaration, ..position.into() }
}

fn said(answer: &Answer) -> String {
    match answer {
        Answer::Ordered { height, .. } => format!("ordered in block {height}"),
        Answer::Pending { .. } => "accepted, NOT yet ordered".to_owned(),
        Answer::Refused { message, .. } => message.clone(),
    }
}
