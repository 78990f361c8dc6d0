//! `mcp-backend contract`: what the users of the server rely on, and what changed of it.

use std::path::{Path, PathBuf};

use lexopt::Arg::{Long, Value};
use serde::Serialize;

use super::arguments::{ProjectArguments, unexpected, word};
use super::several::{Form, ProjectPlace};
use super::{Command, CommandOutput, Failure, Terminal};
use crate::analysis::Analysis;
use crate::archive;
use crate::contract::{self, BaselineFault, Bump, ChangeLevel, Contract, ContractChange, FILE_NAME, Release};
use crate::inspection::Inspection;
use crate::render::{TerminalStyle, harmless};
use crate::spec::name;
use crate::text::RelPath;

pub(super) static COMMAND: Command = Command {
    name: "contract",
    summary: "Print what the server's users rely on, or what changed of it",
    usage: "[PATH...] [--workspace] [--write | --diff BASE [--format text|json]]\n\
            \x20      mcp-backend contract [PATH] --live [--check] [--format text|json]\n\
            \x20      [--env NAME[=VALUE]] [--timeout SECONDS] [--python VERSION] [--keep] [-- ARGUMENT...]\n\n\
            \x20 --workspace       of all members of the workspace, or all projects below PATH\n\
            \x20 --write           put it into `mcp-contract.json`, once it is released\n\
            \x20 --diff BASE       what changed since BASE: a contract, a wheel or an sdist;\n\
            \x20                   the status is 1 when the version says too little of it;\n\
            \x20                   of several projects, each is held to the BASE in its own folder\n\
            \x20 --live            start the servers, and put what they answer into `mcp-live.json`, from\n\
            \x20                   which builds take what the code does not tell\n\
            \x20 --check           tell whether it holds what they answer; the status is 1 when not\n\
            \x20 --format FORMAT   of the changes or of the steps: text (default) or json\n\n\
            The options behind these are those of `verify`, and so is what `--live` needs:\n\
            pip install \"mcp-backend[verify]\"\n",
    run,
};

fn run(mut parser: lexopt::Parser, terminal: &Terminal<'_>) -> Result<CommandOutput, Failure> {
    let mut asked = ProjectArguments::default();
    let (mut write, mut base, mut json) = (false, None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("write") => write = true,
            Long("live") => {
                let fault = "`--live` is run by Python: `python -m mcp_backend contract --live`";
                return Err(Failure::Usage(fault.to_owned()));
            }
            Long("diff") => base = Some(PathBuf::from(parser.value()?)),
            Long("format") => json = Some(is_json(&word(&mut parser)?)?),
            Long("workspace") => asked.take_workspace(),
            Value(value) => asked.take(value),
            other => return Err(unexpected(other)),
        }
    }
    match (write, &base) {
        (true, Some(_)) => {
            return Err(Failure::Usage("`--write` and `--diff` are one or the other".to_owned()));
        }
        (_, None) if json.is_some() => {
            return Err(Failure::Usage("`--format` is of the changes that `--diff` tells".to_owned()));
        }
        _ => {}
    }
    let json = json.unwrap_or_default();
    let answer = |root: &Path, base: Option<&Path>| {
        let analysis = Analysis::for_a_look(root)?;
        let contract = analysis.subject().contract();
        match base {
            Some(base) => changes(base, &contract, json, terminal.look),
            None if write => written(&analysis, &contract),
            None => Ok(CommandOutput::done(contract.to_json())),
        }
    };
    if asked.are_several() {
        let form = if json || !(write || base.is_some()) { Form::Json } else { Form::Text };
        let work = |place: &ProjectPlace| {
            let base = base.as_ref().map(|base| place.root.join(base));
            answer(&place.root, base.as_deref())
        };
        return Ok(asked.projects()?.answer(form, !write, work));
    }
    answer(&asked.project()?, base.as_deref())
}

fn is_json(name: &str) -> Result<bool, Failure> {
    match name {
        "json" => Ok(true),
        "text" => Ok(false),
        _ => Err(Failure::Usage(format!("`{name}` is no format; write `text` or `json`"))),
    }
}

/// Keeps the contract in the project.
fn written(analysis: &Analysis, contract: &Contract) -> Result<CommandOutput, Failure> {
    if contract.is_empty() {
        return Err(Failure::Usage("the project makes no server whose contract could be written".to_owned()));
    }
    let (tree, path, after) = (&analysis.tree, RelPath::new(FILE_NAME), contract.to_json());
    let before = tree.file(&path).map(|_| tree.read(&path)).transpose()?;
    let told = |stderr: &str| CommandOutput {
        stderr: format!("{stderr} `{FILE_NAME}`\n"),
        ..CommandOutput::default()
    };
    if before.as_deref() == Some(after.as_bytes()) {
        return Ok(told("nothing changes in"));
    }
    archive::replace(tree.root(), &path, before.as_deref(), after.as_bytes())?;
    Ok(told("wrote"))
}

/// What `--diff` tells.
#[derive(Serialize)]
struct Told<'c> {
    version: u8,
    base: &'c Release,
    new: &'c Release,
    changes: Vec<Line<'c>>,
    /// The part of the version that has to grow.
    bump: Bump,
    /// The lowest version that may follow.
    required: String,
    /// Whether the project has it.
    suffices: bool,
}

#[derive(Serialize)]
struct Line<'c> {
    kind: &'c str,
    class: ChangeLevel,
    #[serde(rename = "in")]
    subject: &'static str,
    name: &'c str,
    path: &'c str,
    message: &'c str,
    warning: bool,
}

impl<'c> From<&'c ContractChange> for Line<'c> {
    fn from(change: &'c ContractChange) -> Self {
        Self {
            kind: &change.kind,
            class: change.class,
            subject: change.subject.kind,
            name: &change.subject.name,
            path: &change.pointer,
            message: &change.message,
            warning: change.warning,
        }
    }
}

fn changes(base: &Path, new: &Contract, json: bool, look: TerminalStyle) -> Result<CommandOutput, Failure> {
    let base = released(base)?;
    let changes = contract::diff(&base, new);
    let bump = contract::bump(&changes);
    let told = Told {
        version: 1,
        base: &base.project,
        new: &new.project,
        changes: changes.iter().map(Line::from).collect(),
        bump,
        required: contract::required(&base.project.version, bump).to_string(),
        suffices: contract::suffices(&base.project.version, &new.project.version, bump),
    };
    let stdout = if json {
        serde_json::to_string_pretty(&told).expect("texts are JSON") + "\n"
    } else {
        text(&changes, &told, look)
    };
    let other = name::normalize(&base.project.name) != name::normalize(&new.project.name);
    let stderr =
        format!("warning: this is no release of `{}`, but of `{}`\n", new.project.name, base.project.name);
    let stderr = if other { harmless::block(&stderr) + "\n" } else { String::new() };
    Ok(CommandOutput { status: u8::from(!told.suffices), stdout, stderr })
}

/// The contract of a release. One that an sdist holds was kept at the release before, and archives of other backends hold
/// none: there the code tells.
fn released(base: &Path) -> Result<Contract, Failure> {
    let is_sdist = base.to_string_lossy().to_ascii_lowercase().ends_with(".tar.gz");
    let kept = if is_sdist { None } else { Some(contract::read(base)) };
    match kept {
        None | Some(Err(BaselineFault::Missing { .. })) => {
            let contract = Inspection::at(base)?.contract();
            let none = || Failure::Usage(format!("`{}` holds no server", base.display()));
            Some(contract).filter(|contract| !contract.is_empty()).ok_or_else(none)
        }
        Some(kept) => kept.map_err(|fault| Failure::Usage(fault.to_string())),
    }
}

/// The changes for people: by subject, the gravest of each first; the version last.
fn text(changes: &[ContractChange], told: &Told<'_>, look: TerminalStyle) -> String {
    let mut text = String::new();
    let mut last = None;
    for change in changes {
        if last != Some(&change.subject) {
            let gap = if last.is_some() { "\n" } else { "" };
            text += &format!("{gap}{}\n", styled(BOLD, &harmless::line(&change.subject.to_string()), look));
            last = Some(&change.subject);
        }
        let class = styled(style(change.class), &format!("{:<7}", change.class.as_str()), look);
        let mark = if change.warning { "; agents may notice" } else { "" };
        text += &format!("  {class}  {}{mark} ({})\n", harmless::line(&change.message), change.kind);
    }
    let gap = if last.is_some() { "\n" } else { "" };
    text + gap + &verdict(changes, told) + "\n"
}

/// `3 changes since 1.0.0, 1 of them breaking: 2.0.0 is required, and the project is at 1.1.0`.
fn verdict(changes: &[ContractChange], told: &Told<'_>) -> String {
    let (base, new) = (&told.base.version, &told.new.version);
    let count = |class| changes.iter().filter(|change| change.class == class).count();
    let number = match changes.len() {
        0 => return format!("nothing changed since {base}"),
        1 => "1 change".to_owned(),
        number => format!("{number} changes"),
    };
    let breaking = match count(ChangeLevel::Major) {
        0 => String::new(),
        number => format!(", {number} breaking"),
    };
    let unknown = match count(ChangeLevel::Unknown) {
        0 => String::new(),
        number => format!(", {number} unknown"),
    };
    let verdict = match (told.bump, told.suffices) {
        (Bump::None, _) => "nothing is known to require another version".to_owned(),
        (_, true) => format!("{new} is enough"),
        (_, false) => format!("{} is required, and the project is at {new}", told.required),
    };
    format!("{number} since {base}{breaking}{unknown}: {verdict}")
}

const BOLD: &str = "1";

/// The colour of a class, as terminals number them.
fn style(class: ChangeLevel) -> &'static str {
    match class {
        ChangeLevel::Major => "1;31",
        ChangeLevel::Minor => "33",
        ChangeLevel::Patch => "32",
        ChangeLevel::Unknown => "36",
    }
}

fn styled(style: &str, text: &str, look: TerminalStyle) -> String {
    if look.color { format!("\u{1b}[{style}m{text}\u{1b}[0m") } else { text.to_owned() }
}
