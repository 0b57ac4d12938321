//! Callgrind's output: what each function costs by itself, and how often memory is asked for.

use std::collections::BTreeMap;

/// Crates whose functions choose their code by what the processor can do.
const PRIMITIVES: [&str; 8] = [
    "block_buffer",
    "cpufeatures",
    "crc32c",
    "curve25519_dalek",
    "digest",
    "ed25519_dalek",
    "sha2",
    "subtle",
];

/// The functions of the C library that give memory.
const ALLOCATORS: [&str; 5] = ["malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc"];

/// Callgrind's output is not what this reader knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of callgrind's output: {problem}")]
pub struct Malformed {
    /// Counted from 1; 0 for the whole output.
    pub line: usize,
    /// What is wrong.
    pub problem: &'static str,
}

/// What one run of a path has cost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Instructions of each function of this program, without those that it calls.
    pub functions: BTreeMap<String, u64>,
    /// Instructions of primitives and of the system's libraries.
    pub left_out: u64,
    /// How often this program asks the C library for memory.
    pub allocations: u64,
}

impl Profile {
    /// Reads callgrind's output, written without compression; `program` is the path of the program
    /// whose functions count.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn parse(output: &str, program: &str) -> Result<Self, Malformed> {
        let mut reader = Reader { program, ..Reader::default() };
        for (at, line) in output.lines().enumerate() {
            reader.line(line).map_err(|problem| Malformed { line: at + 1, problem })?;
        }
        if reader.profile.functions.is_empty() {
            return Err(Malformed { line: 0, problem: "no function of the program was collected" });
        }
        Ok(reader.profile)
    }

    /// Instructions of the program's own functions together.
    pub fn instructions(&self) -> u64 {
        self.functions.values().sum()
    }
}

#[derive(Default)]
struct Reader<'a> {
    program: &'a str,
    /// The object and the function whose costs follow.
    object: &'a str,
    function: &'a str,
    /// The object of the function that is called, where it is another one.
    called_object: Option<&'a str>,
    called: &'a str,
    /// Whether the next costs are those of a call, which the called function's own lines tell too.
    is_call: bool,
    profile: Profile,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) -> Result<(), &'static str> {
        if line.starts_with(|first: char| first.is_ascii_digit() || "+-*".contains(first)) {
            return self.costs(line);
        }
        match line.split_once('=') {
            Some(("ob", object)) => self.object = object,
            Some(("fn", function)) => self.function = function,
            Some(("cob", object)) => self.called_object = Some(object),
            Some(("cfn", function)) => self.called = function,
            Some(("calls", count)) => return self.calls(count),
            // Files, headers, totals and blank lines.
            _ => {}
        }
        Ok(())
    }

    /// `calls=<count> <position>`.
    fn calls(&mut self, count: &str) -> Result<(), &'static str> {
        let count = count.split(' ').next().and_then(|count| count.parse::<u64>().ok());
        let count = count.ok_or("the number of calls is no number")?;
        let leaves = self.called_object.take().is_some_and(|object| object != self.program);
        if self.object == self.program && leaves && ALLOCATORS.contains(&self.called) {
            self.profile.allocations += count;
        }
        self.is_call = true;
        Ok(())
    }

    /// `<position> <instructions>`.
    fn costs(&mut self, line: &str) -> Result<(), &'static str> {
        if std::mem::take(&mut self.is_call) {
            return Ok(());
        }
        let cost = line.split(' ').nth(1).and_then(|cost| cost.parse::<u64>().ok());
        let cost = cost.ok_or("a line of costs has no number of instructions")?;
        if self.object == self.program && !is_primitive(self.function) {
            *self.profile.functions.entry(plain_name(self.function)).or_default() += cost;
        } else {
            self.profile.left_out += cost;
        }
        Ok(())
    }
}

fn is_primitive(function: &str) -> bool {
    PRIMITIVES.iter().any(|name| {
        let mut found = function.match_indices(name);
        found.any(|(at, _)| {
            let is_start = !function[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            is_start && function[at + name.len()..].starts_with("::")
        })
    })
}

/// A function's name without the hash that compilers add, which changes with every release.
fn plain_name(function: &str) -> String {
    let is_hash = |last: &str| {
        last.strip_prefix('h').is_some_and(|digits| {
            digits.len() == 16 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        })
    };
    match function.rsplit_once("::") {
        Some((name, last)) if is_hash(last) => name.to_owned(),
        _ => function.to_owned(),
    }
}
